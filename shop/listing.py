"""Lists that cost the same however long they are: a page is found by where it begins, not by counting to it."""

import base64
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, func, literal, literal_column, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from shop.clock import Moment
from shop.extensions import db

PAGE = 50
MOST_COUNTED = 1000  # beyond this a list says "more than 1,000": counting a million rows is not worth a page's time
FEW = 500  # rows that are looked up by id rather than met while walking the list
MOST_OFFERED = 50  # values of a column that a filter suggests
LONGEST_MARK = 2000  # characters; a title of 255 signs of four bytes each makes 1,400 of them


@dataclass(frozen=True)
class Order:
    """By what a list is sorted: a column (ties fall to the id), and which way.

    `of` says where a row has that column's value, if it is another table's: "product.title_key".
    """

    column: InstrumentedAttribute[Any]
    descending: bool = False
    of: str = ""

    def value(self, row: Any) -> Any:
        """Give what a row is sorted by."""
        return attrgetter(self.of or self.column.key)(row)


@dataclass(frozen=True)
class Page:
    """A part of a list: its rows, and the marks of the parts around it (none at an end)."""

    rows: Sequence[Any]
    earlier: str | None
    later: str | None


@dataclass(frozen=True)
class Count:
    """How many rows fit, counted up to MOST_COUNTED."""

    number: int
    is_more: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.is_more else f"{self.number:,}"


@dataclass(frozen=True)
class Filter:
    """One condition, and the ids that fit by an index of its own: how to read them, or they themselves if they are few.

    `sorted_by` names the columns by which that index is in the list's order already.
    """

    fits: ColumnElement[bool]
    ids: Select[Any] | Sequence[int] | None = None
    sorted_by: tuple[Any, ...] = ()


def page(
    query: Select[Any], model: type[Any], order: Order, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """Give the part of a list that stands after, or before, a mark; the first part without one, or for a forged one.

    `query` selects `model` entities with their filters, unsorted; its column of sorting is never NULL. Mostly one
    statement is made; a second where rows have gone, so that a part would be empty, or the first part not full.
    """
    start = _read(after or before, order)
    backwards = bool(before) and not after and start is not None
    rows = _rows(query, model, order, start, backwards, size)
    if start is not None and (not rows or (backwards and len(rows) < size)):
        start, backwards = None, False
        rows = _rows(query, model, order, start, backwards, size)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_earlier = more if backwards else start is not None
    return Page(
        rows,
        earlier=_mark(rows[0], order) if rows and has_earlier else None,
        later=_mark(rows[-1], order) if rows and (backwards or more) else None,
    )


def around(query: Select[Any], model: type[Any], order: Order, row: Any) -> tuple[int | None, int | None]:
    """Give the ids of the rows that stand before and after one in a list, whether or not it is in it itself."""
    start = (order.value(row), row.id)
    ids = query.with_only_columns(model.id, maintain_column_froms=True)
    earlier, later = (_sorted(ids, model, order, start, backwards).limit(1) for backwards in (True, False))
    return db.session.scalar(earlier), db.session.scalar(later)


def count(query: Select[Any]) -> Count:
    """Count what a query gives, up to MOST_COUNTED."""
    one: Select[Any] = query.with_only_columns(literal_column("1").label("one"), maintain_column_froms=True)
    limited = one.order_by(None).limit(MOST_COUNTED + 1).subquery()
    found = db.session.scalar(select(func.count()).select_from(limited)) or 0
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)


def narrow(query: Select[Any], model: type[Any], order: Order, filters: Sequence[Filter]) -> Select[Any]:
    """Put filters on a query so that neither sorting nor walking a long list is ever needed to find a page of it.

    A filter that few rows fit names them by id, and they are looked up; where many rows fit, walking the list in its
    own order soon finds a page of them, and its index is kept from being used where that is in another order.
    """
    found = [(one, _ids(one)) for one in filters]
    few = [set(ids) for _, ids in found if ids is not None]
    if few:
        query = query.where(model.id.in_(sorted(set.intersection(*few))))
    for one, ids in found:
        is_own = not few and order.column in one.sorted_by
        if ids is None:
            query = query.where(one.fits if is_own else walked(one.fits))
    return query


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


def _ids(one: Filter) -> Sequence[int] | None:
    if not isinstance(one.ids, Select):
        return one.ids
    ids = db.session.scalars(one.ids.limit(FEW + 1)).all()
    return ids if len(ids) <= FEW else None


def _rows(
    query: Select[Any], model: type[Any], order: Order, start: tuple[Any, int] | None, backwards: bool, size: int
) -> list[Any]:
    return list(db.session.scalars(_sorted(query, model, order, start, backwards).limit(size + 1)))


def _sorted(
    query: Select[Any], model: type[Any], order: Order, start: tuple[Any, int] | None, backwards: bool
) -> Select[Any]:
    column, key = order.column, model.id
    down = order.descending != backwards
    by = [key] if column is key else [column, key]
    if start is not None:
        mark = [literal(start[1], key.type)] if column is key else [literal(start[0], column.type), start[1]]
        here, there = tuple_(*by), tuple_(*mark)
        query = query.where(here < there if down else here > there)
        if order.of:  # no index spans two tables: this much of the condition the column's own can use
            query = query.where(column <= start[0] if down else column >= start[0])
    return query.order_by(*(one.desc() if down else one.asc() for one in by))


def _mark(row: Any, order: Order) -> str:
    value = order.value(row)
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, row.id], ensure_ascii=False).encode()).decode().rstrip("=")


def _read(mark: str, order: Order) -> tuple[Any, int] | None:
    """Read a mark that came from outside; None for one that the column, or the database, could not take."""
    if not mark or len(mark) > LONGEST_MARK:
        return None
    try:
        value, last = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if isinstance(order.column.type, Moment):
            value = datetime.fromisoformat(value).astimezone(UTC) if "+" in value else None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return (value, last) if _fits(value, order.column.type) and _fits(last, None) else None


def _fits(value: Any, kind: Any) -> bool:
    """Say whether a value is one of a column's type; None stands for that of every id."""
    wanted = datetime if isinstance(kind, Moment) else int if kind is None else kind.python_type
    if not isinstance(value, wanted) or isinstance(value, bool):
        return False
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    bits = 63 if isinstance(kind, BigInteger) else 31
    return not isinstance(value, int) or -(2**bits) <= value < 2**bits
