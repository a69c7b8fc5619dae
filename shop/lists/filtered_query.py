"""Lists of constant cost: a few matching rows are looked up by id, many are met while scanning in the list's order.

How a list is read from page to page is in lists/pagination.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, any_, case, false, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.extensions import db
from shop.lists.sort import Sort

FEW = 5000  # rows that are looked up by id instead of scanning the list
MOST_NAMED = 10_000  # ids that a filter may name: rows with a word may all be far down the list
MOST_OFFERED = 50  # values of a column that a filter suggests


@dataclass(frozen=True)
class Filter:
    """One condition, and its matching ids from an index of its own: as a query, or themselves if there are few.

    `sorted_by`: the columns for which that index is in the list's order already. `within`: what the condition means for
    the sort column, so that a scan can begin at such values. `least`: the minimum number of matching rows, as far as it
    is known.
    """

    condition: ColumnElement[bool]
    ids: Select[Any] | Sequence[int] | None = None
    sorted_by: tuple[Any, ...] = ()
    within: ColumnElement[bool] | None = None
    least: int = 0


# An unreadable filter matches no row: without any condition it would match every row.
NO_MATCH = Filter(false(), ())


@dataclass(frozen=True)
class FilteredQuery:
    """A filtered list: `query` selects its rows, unsorted; `whole` selects the unfiltered list.

    With `is_few` there are at most FEW rows, looked up by id. With `is_walked` they are met while scanning `ground`,
    and their number is unknown before the scan's end; `least` is the minimum.
    """

    query: Select[Any]
    whole: Select[Any]
    ground: Select[Any]
    model: type[Any]
    order: Sort
    is_few: bool = False
    is_walked: bool = False
    least: int = 0


def apply_filters(query: Select[Any], model: type[Any], order: Sort, filters: Sequence[Filter]) -> FilteredQuery:
    """Apply filters to a query for `model` so that no page of it needs a sort or a long scan.

    A filter with few matches names their ids, which are looked up. With many matches, a scan in the list's order soon
    finds a page of them. One filter may lead the scan, if its index is in that order; indexes for the others are
    disabled.
    """
    leading = next((one for one in filters if order.column in one.sorted_by), None)
    if leading and len(filters) == 1:
        ground = query.where(leading.condition)
        return FilteredQuery(ground, query, ground, model, order)
    settled = [resolve_filter(one) for one in filters]
    if any(one.ids is not None for one in settled):
        few = query.where(*id_conditions(model, settled))
        return FilteredQuery(few, query, few, model, order, is_few=True)
    ground = query.where(*(one.within for one in filters if one.within is not None))
    ground = ground if leading is None else ground.where(leading.condition)
    met = ground.where(*(without_index(one.condition) for one in filters if one is not leading))
    least = settled[0].least if len(settled) == 1 else 0
    return FilteredQuery(met, query, ground, model, order, is_walked=bool(filters), least=least)


def resolve_filter(one: Filter) -> Filter:
    """Resolve a filter by its index: keep the matching ids if there are few, otherwise their minimum number.

    If many matches are already known, nothing is read.
    """
    if not isinstance(one.ids, Select):
        return one
    if one.least >= FEW:
        return replace(one, ids=None)
    ids = db.session.scalars(one.ids.limit(FEW + 1)).all()
    return replace(one, ids=ids) if len(ids) <= FEW else replace(one, ids=None, least=len(set(ids)))


def id_conditions(model: type[Any], settled: Sequence[Filter]) -> list[ColumnElement[bool]]:
    """Return resolved filters, some with known ids, as SQL conditions: the ids first."""
    few = [set(one.ids) for one in settled if one.ids is not None and not isinstance(one.ids, Select)]
    return [is_one_of(model.id, sorted(set.intersection(*few))), *(one.condition for one in settled if one.ids is None)]


def is_one_of(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the SQL condition that a column is one of these ids: one parameter, so that many plan as fast as one."""
    if db.engine.dialect.name == "postgresql":
        is_one: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Integer)))
        return is_one
    is_one = column.in_(select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value))
    return is_one


def distinct_values(column: InstrumentedAttribute[str]) -> list[str]:
    """Return the first non-empty values of an indexed column, with one step through the index for each."""
    first = select(func.min(column).label("value")).where(column > "")
    one = first.cte("steps", recursive=True)
    following = select(func.min(column)).where(column > one.c.value).scalar_subquery()
    steps = one.union_all(select(following).where(one.c.value.is_not(None)))
    return list(db.session.scalars(select(steps.c.value).where(steps.c.value.is_not(None)).limit(MOST_OFFERED)))


def without_index(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition for which the database cannot use an index."""
    return case((condition, 1), else_=0) == 1
