"""Mark: the place of one row in a sorted list, as an address carries it; and the way past it, in SQL."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, literal, select, tuple_

from shop.clock import UtcDateTime
from shop.lists.filtered_query import MOST_NAMED, FilteredQuery

LONGEST = 2000  # characters; a title of 255 signs of four bytes each makes 1,400 of them
Cursor = tuple[Any, int]  # what the row is sorted by, and its id


def make_cursor(found: FilteredQuery, row: Any) -> Cursor:
    """Return where a row stands in a list."""
    return found.order.value(row), row.id


def ids_in_order(query: Select[Any], found: FilteredQuery, *, backwards: bool = False) -> Select[Any]:
    """Return the query of a page's ids, each with what its row is sorted by, in the list's order or back.

    A few rows are sorted apart: PostgreSQL would else walk the whole list in its order, in search of them.
    """
    down = found.order.descending != backwards
    key: Any = found.model.id.label("id")
    value: Any = found.order.column.label("value")
    marks: Select[Any] = query.with_only_columns(key, value, maintain_column_froms=True)
    if found.is_few:
        few = marks.limit(MOST_NAMED).subquery()
        marks, key, value = select(few), few.c.id, few.c.value
    by = (key,) if found.order.column is found.model.id else (value, key)
    return marks.order_by(*(one.desc() if down else one.asc() for one in by))


def is_after_cursor(found: FilteredQuery, mark: Cursor, *, backwards: bool = False) -> ColumnElement[bool]:
    """Say in SQL that a row stands past a mark, on the way through the list or back."""
    here, there = _sides(found, mark)
    is_past: ColumnElement[bool] = here < there if found.order.descending != backwards else here > there
    return is_past


def is_up_to_cursor(found: FilteredQuery, mark: Cursor, *, backwards: bool = False) -> ColumnElement[bool]:
    """Say in SQL that a row stands not past a mark."""
    here, there = _sides(found, mark)
    is_not_past: ColumnElement[bool] = here >= there if found.order.descending != backwards else here <= there
    return is_not_past


def encode_cursor(mark: Cursor) -> str:
    """Write a mark for an address."""
    value = mark[0].isoformat() if isinstance(mark[0], datetime) else mark[0]
    return base64.urlsafe_b64encode(json.dumps([value, mark[1]], ensure_ascii=False).encode()).decode().rstrip("=")


def decode_cursor(text: str, found: FilteredQuery) -> Cursor | None:
    """Read a mark that came from outside; None for one that the column, or the database, could not take."""
    kind = found.order.column.type
    if not text or len(text) > LONGEST:
        return None
    try:
        value, last = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(kind, UtcDateTime):
            value = datetime.fromisoformat(value).astimezone(UTC) if "+" in value else None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return (value, last) if _fits(value, kind) and _fits(last, None) else None


def _key(found: FilteredQuery) -> list[Any]:
    column, key = found.order.column, found.model.id
    return [key] if column is key else [column, key]


def _sides(found: FilteredQuery, mark: Cursor) -> tuple[Any, Any]:
    key = _key(found)
    return tuple_(*key), tuple_(*(literal(one, of.type) for one, of in zip(mark[-len(key) :], key, strict=True)))


def _fits(value: Any, kind: Any) -> bool:
    """Say whether a value is one of a column's type; None stands for that of every id."""
    wanted = datetime if isinstance(kind, UtcDateTime) else int if kind is None else kind.python_type
    if not isinstance(value, wanted) or isinstance(value, bool):
        return False
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    bits = 63 if isinstance(kind, BigInteger) else 31
    return not isinstance(value, int) or -(2**bits) <= value < 2**bits
