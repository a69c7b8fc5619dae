"""Lists that cost the same however long they are: a page is found by where it begins, not by counting to it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.extensions import db

PAGE = 50
MOST_COUNTED = 1000  # beyond this a list says "more than 1,000": counting a million rows is not worth a page's time
LONGEST_MARK = 600


@dataclass(frozen=True)
class Order:
    """By what a list is sorted: a column (ties fall to the id), and which way."""

    column: InstrumentedAttribute[Any]
    descending: bool = False


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


def page(
    query: Select[Any], model: type[Any], order: Order, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """Give the part of a list that stands after, or before, a mark; the first part without one, or for a forged one.

    `query` selects `model` entities with their filters, unsorted; one statement is made.
    """
    start = _read(after or before, order)
    backwards = bool(before) and not after and start is not None
    column, key = order.column, model.id
    down = order.descending != backwards
    if start is not None:
        value, last = start
        beyond = column < value if down else column > value
        tied = and_(column == value, key < last if down else key > last)
        query = query.where(beyond if column is key else or_(beyond, tied))
    sorting = [c.desc() if down else c.asc() for c in ((column,) if column is key else (column, key))]
    rows = list(db.session.scalars(query.order_by(*sorting).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_earlier = more if backwards else start is not None
    has_later = True if backwards else more
    return Page(
        rows,
        earlier=_mark(rows[0], order) if rows and has_earlier else None,
        later=_mark(rows[-1], order) if rows and has_later else None,
    )


def count(query: Select[Any]) -> Count:
    """Count what a query gives, up to MOST_COUNTED."""
    limited = query.order_by(None).limit(MOST_COUNTED + 1).subquery()
    found = db.session.scalar(select(func.count()).select_from(limited)) or 0
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)


def _mark(row: Any, order: Order) -> str:
    value = getattr(row, order.column.key)
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, row.id]).encode()).decode().rstrip("=")


def _read(mark: str, order: Order) -> tuple[Any, int] | None:
    if not mark or len(mark) > LONGEST_MARK:
        return None
    try:
        value, last = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        kind = order.column.type.python_type
        if kind is datetime:
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                return None
    except (ValueError, TypeError):
        return None
    is_number = kind is int and (not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63)
    if not isinstance(value, kind) or is_number or not isinstance(last, int) or not 0 <= last < 2**63:
        return None
    return value, last
