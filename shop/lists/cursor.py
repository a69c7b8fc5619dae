"""Cursor: the position of a row in a sorted list, as a URL carries it; and the SQL conditions around it."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, literal, select, tuple_

from shop.clock import UtcDateTime
from shop.lists.filtered_query import MOST_NAMED, FilteredQuery

LONGEST = 2000  # characters; a title of 255 characters of four bytes each takes 1,400
Cursor = tuple[Any, int]  # the sort value of the row, and its id


def make_cursor(found: FilteredQuery, row: Any) -> Cursor:
    """Return the cursor of a row in a list."""
    return found.order.value(row), row.id


def ids_in_order(query: Select[Any], found: FilteredQuery, *, backwards: bool = False) -> Select[Any]:
    """Select a page's ids with their sort values, in the list's order or backwards.

    A few rows are sorted separately: otherwise PostgreSQL would scan the whole list in its order to find them.
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
    """Return the SQL condition for rows after a cursor, or before it with `backwards`."""
    here, there = _sides(found, mark)
    is_past: ColumnElement[bool] = here < there if found.order.descending != backwards else here > there
    return is_past


def is_up_to_cursor(found: FilteredQuery, mark: Cursor, *, backwards: bool = False) -> ColumnElement[bool]:
    """Return the SQL condition for rows up to a cursor, its own row included."""
    here, there = _sides(found, mark)
    is_not_past: ColumnElement[bool] = here >= there if found.order.descending != backwards else here <= there
    return is_not_past


def encode_cursor(mark: Cursor) -> str:
    """Encode a cursor for a URL."""
    value = mark[0].isoformat() if isinstance(mark[0], datetime) else mark[0]
    return base64.urlsafe_b64encode(json.dumps([value, mark[1]], ensure_ascii=False).encode()).decode().rstrip("=")


def decode_cursor(text: str, found: FilteredQuery) -> Cursor | None:
    """Decode a cursor from a URL; None for one with values that the column or the database cannot hold."""
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
    """Return whether a value has a column's type; `kind` None means an id."""
    wanted = datetime if isinstance(kind, UtcDateTime) else int if kind is None else kind.python_type
    if not isinstance(value, wanted) or isinstance(value, bool):
        return False
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    bits = 63 if isinstance(kind, BigInteger) else 31
    return not isinstance(value, int) or -(2**bits) <= value < 2**bits
