"""Lists that cost the same however long they are: few rows that fit are looked up, many are met on a walk.

How a list is walked from page to page stands in paging.py.
"""

import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    any_,
    case,
    false,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from shop.extensions import db

Name = TypeVar("Name")
MOST_COUNTED = 10_000  # beyond this a list says "10,000+": counting a million rows is not worth a page's time
FEW = 5000  # rows that are looked up by id rather than met while walking the list
MOST_NAMED = 10_000  # ids that a filter may come with: rows with a word may stand far down a list, all together
MOST_OFFERED = 50  # values of a column that a filter suggests


@dataclass(frozen=True)
class Order:
    """By what a list is sorted: a column that is never NULL (ties fall to the id), and which way."""

    column: InstrumentedAttribute[Any]
    descending: bool = False

    def value(self, row: Any) -> Any:
        """Give what a row is sorted by."""
        return getattr(row, self.column.key)


@dataclass(frozen=True)
class Count:
    """How many rows fit: so many, or with `is_more` at least so many."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.is_more else f"{self.number:,}"


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
NOTHING = Filter(false(), ())


@dataclass(frozen=True)
class Narrowed:
    """A list with its filters on: `query` gives its rows, unsorted; `whole` those of the list without filters.

    With `is_few` they are at most FEW, looked up by id. With `is_walked` they are met on a walk through what `ground`
    gives, and only its end would tell how many they are; `least` is how many there are at least.
    """

    query: Select[Any]
    whole: Select[Any]
    ground: Select[Any]
    model: type[Any]
    order: Order
    is_few: bool = False
    is_walked: bool = False
    least: int = 0


def narrow(query: Select[Any], model: type[Any], order: Order, filters: Sequence[Filter]) -> Narrowed:
    """Put filters on a query for `model` so that neither sorting nor reading much is ever needed for a page of it.

    A filter that few rows fit names them by id, and they are looked up; where many rows fit, walking the list in its
    own order soon finds a page of them. One filter may lead the walk, if its index is in that order; those of the
    others are kept from being used.
    """
    leading = next((one for one in filters if order.column in one.sorted_by), None)
    if leading and len(filters) == 1:
        ground = query.where(leading.fits)
        return Narrowed(ground, query, ground, model, order)
    settled = [settle(one) for one in filters]
    if any(one.ids is not None for one in settled):
        few = query.where(*looked_up(model, settled))
        return Narrowed(few, query, few, model, order, is_few=True)
    ground = query.where(*(one.within for one in filters if one.within is not None))
    ground = ground if leading is None else ground.where(leading.fits)
    met = ground.where(*(walked(one.fits) for one in filters if one is not leading))
    least = settled[0].least if len(settled) == 1 else 0
    return Narrowed(met, query, ground, model, order, is_walked=bool(filters), least=least)


def settle(one: Filter) -> Filter:
    """Read by its index which ids fit a filter: they are kept if they are few, else how many there are at least.

    Where it is known already that many fit nothing is read.
    """
    if not isinstance(one.ids, Select):
        return one
    if one.least >= FEW:
        return replace(one, ids=None)
    ids = db.session.scalars(one.ids.limit(FEW + 1)).all()
    return replace(one, ids=ids) if len(ids) <= FEW else replace(one, ids=None, least=len(set(ids)))


def looked_up(model: type[Any], settled: Sequence[Filter]) -> list[ColumnElement[bool]]:
    """Give settled filters, of which some are known by their ids, as conditions: the ids first."""
    few = [set(one.ids) for one in settled if one.ids is not None and not isinstance(one.ids, Select)]
    return [among(model.id, sorted(set.intersection(*few))), *(one.fits for one in settled if one.ids is None)]


def among(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Say in SQL that a column is one of these ids: in one parameter, so that many are as soon planned as one."""
    if db.engine.dialect.name == "postgresql":
        is_one: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Integer)))
        return is_one
    is_one = column.in_(select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value))
    return is_one


def count(query: Select[Any]) -> Count:
    """Count what a query gives, up to MOST_COUNTED."""
    return counts({"": query})[""]


def counts(queries: Mapping[Name, Select[Any]]) -> dict[Name, Count]:
    """Count what each of some queries gives, up to MOST_COUNTED; one statement."""
    numbers = db.session.execute(select(*(_number(one) for one in queries.values()))).one()
    return {
        name: Count(min(number, MOST_COUNTED), number > MOST_COUNTED)
        for name, number in zip(queries, numbers, strict=True)
    }


def counted(found: Narrowed) -> Count | None:
    """Count a list as far as that costs little; None where nothing is known."""
    if found.is_walked:
        return Count(found.least // 100 * 100, is_more=True) if found.least >= 100 else None
    return count(found.query)


def unknown(noun: str, typed: str, choices: Collection[str]) -> list[str]:
    """Give the sentence about a choice that there is not; none for one that there is, or where none was made."""
    shown = "".join(c for c in typed if c.isprintable())[:40]
    return [f"There is no {noun} “{shown}”."] if typed.strip() and typed not in choices else []


def sort_key(text: str) -> str:
    """Give what a name or title is sorted by: itself without accents and case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))[:255]


def distinct(column: InstrumentedAttribute[str]) -> list[str]:
    """Give the first values of an indexed column that are not empty, one step through the index for each."""
    first = select(func.min(column).label("value")).where(column > "")
    one = first.cte("steps", recursive=True)
    following = select(func.min(column)).where(column > one.c.value).scalar_subquery()
    steps = one.union_all(select(following).where(one.c.value.is_not(None)))
    return list(db.session.scalars(select(steps.c.value).where(steps.c.value.is_not(None)).limit(MOST_OFFERED)))


def walked(fits: ColumnElement[bool]) -> ColumnElement[bool]:
    """Give a condition that no index is used for."""
    return case((fits, 1), else_=0) == 1


def _number(query: Select[Any]) -> ScalarSelect[int]:
    one: Select[Any] = query.with_only_columns(literal_column("1").label("one"), maintain_column_froms=True)
    limited = one.order_by(None).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(limited).scalar_subquery()
