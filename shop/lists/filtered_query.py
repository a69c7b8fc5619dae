"""Lists that cost the same however long they are: few rows that fit are looked up, many are met on a walk.

How a list is walked from page to page stands in lists/pagination.py.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ARRAY, ColumnElement, Integer, Select, any_, case, false, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.extensions import db
from shop.lists.sort import Sort

FEW = 5000  # rows that are looked up by id rather than met while walking the list
MOST_NAMED = 10_000  # ids that a filter may come with: rows with a word may stand far down a list, all together
MOST_OFFERED = 50  # values of a column that a filter suggests


@dataclass(frozen=True)
class Filter:
    """One condition, and the ids that fit by an index of its own: how to read them, or they themselves if they are few.

    `sorted_by` names the columns by which that index is in the list's order already. `within` is what the condition
    means for the column that the list is sorted by: a walk begins where such values do. `least` is how many rows fit at
    least, as far as that is known.
    """

    fits: ColumnElement[bool]
    ids: Select[Any] | Sequence[int] | None = None
    sorted_by: tuple[Any, ...] = ()
    within: ColumnElement[bool] | None = None
    least: int = 0


# What was asked for and cannot be read fits no row: read as no filter at all, it would give every row there is.
NO_MATCH = Filter(false(), ())


@dataclass(frozen=True)
class FilteredQuery:
    """A list with its filters on: `query` gives its rows, unsorted; `whole` those of the list without filters.

    With `is_few` they are at most FEW, looked up by id. With `is_walked` they are met on a walk through what `ground`
    gives, and only its end would tell how many they are; `least` is how many there are at least.
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
    """Put filters on a query for `model` so that neither sorting nor reading much is ever needed for a page of it.

    A filter that few rows fit names them by id, and they are looked up; where many rows fit, walking the list in its
    own order soon finds a page of them. One filter may lead the walk, if its index is in that order; those of the
    others are kept from being used.
    """
    leading = next((one for one in filters if order.column in one.sorted_by), None)
    if leading and len(filters) == 1:
        ground = query.where(leading.fits)
        return FilteredQuery(ground, query, ground, model, order)
    settled = [resolve_filter(one) for one in filters]
    if any(one.ids is not None for one in settled):
        few = query.where(*id_conditions(model, settled))
        return FilteredQuery(few, query, few, model, order, is_few=True)
    ground = query.where(*(one.within for one in filters if one.within is not None))
    ground = ground if leading is None else ground.where(leading.fits)
    met = ground.where(*(without_index(one.fits) for one in filters if one is not leading))
    least = settled[0].least if len(settled) == 1 else 0
    return FilteredQuery(met, query, ground, model, order, is_walked=bool(filters), least=least)


def resolve_filter(one: Filter) -> Filter:
    """Read by its index which ids fit a filter: they are kept if they are few, else how many there are at least.

    Where it is known already that many fit nothing is read.
    """
    if not isinstance(one.ids, Select):
        return one
    if one.least >= FEW:
        return replace(one, ids=None)
    ids = db.session.scalars(one.ids.limit(FEW + 1)).all()
    return replace(one, ids=ids) if len(ids) <= FEW else replace(one, ids=None, least=len(set(ids)))


def id_conditions(model: type[Any], settled: Sequence[Filter]) -> list[ColumnElement[bool]]:
    """Return settled filters, of which some are known by their ids, as conditions: the ids first."""
    few = [set(one.ids) for one in settled if one.ids is not None and not isinstance(one.ids, Select)]
    return [is_one_of(model.id, sorted(set.intersection(*few))), *(one.fits for one in settled if one.ids is None)]


def is_one_of(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Say in SQL that a column is one of these ids: in one parameter, so that many are as soon planned as one."""
    if db.engine.dialect.name == "postgresql":
        is_one: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Integer)))
        return is_one
    is_one = column.in_(select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value))
    return is_one


def choice_errors(noun: str, typed: str, choices: Collection[str]) -> list[str]:
    """Return the sentence about a choice that there is not; none for one that there is, or where none was made."""
    shown = "".join(c for c in typed if c.isprintable())[:40]
    is_unknown = typed.strip() and typed not in choices
    return [_("There is no %(noun)s “%(value)s”.", noun=noun, value=shown)] if is_unknown else []


def distinct_values(column: InstrumentedAttribute[str]) -> list[str]:
    """Return the first values of an indexed column that are not empty, one step through the index for each."""
    first = select(func.min(column).label("value")).where(column > "")
    one = first.cte("steps", recursive=True)
    following = select(func.min(column)).where(column > one.c.value).scalar_subquery()
    steps = one.union_all(select(following).where(one.c.value.is_not(None)))
    return list(db.session.scalars(select(steps.c.value).where(steps.c.value.is_not(None)).limit(MOST_OFFERED)))


def without_index(fits: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition that no index is used for."""
    return case((fits, 1), else_=0) == 1
