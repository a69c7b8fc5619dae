"""Entry: one thing that happened, who did it, from where."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.audit.columns import Facts, Moment, Word
from shop.audit.events import EVENTS
from shop.extensions import db
from shop.web.request_info import RequestInfo

KEY_ID, HASH = re.compile(r"[0-9a-f]{8}"), re.compile(r"[0-9a-f]{64}")
ABOUT = ("address", "subject", "to")  # the keys of an event that name whom it is about


class Entry(db.Model):  # type: ignore[name-defined]
    """A line of the audit log: never changed, never a secret in it. Numbered without gaps, chained by hash."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    event: Mapped[str] = mapped_column(Word(40))
    by: Mapped[str] = mapped_column(Word(254))
    about: Mapped[str] = mapped_column(Word(254))
    network: Mapped[str] = mapped_column(Word(60))
    request_id: Mapped[str] = mapped_column(Word(22))
    details: Mapped[dict[str, Any]] = mapped_column(Facts)
    key_id: Mapped[str] = mapped_column(Word(8))
    hash: Mapped[str] = mapped_column(Word(64))

    __table_args__ = (
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_event", "event", "id"),
        Index("ix_audit_entries_by", "by", "id"),
        Index("ix_audit_entries_about", "about", "id"),
    )

    @property
    def is_readable(self) -> bool:
        """Say whether each cell is stored as the program stores it; else what stands there is nothing."""
        has_all = all(getattr(self, column.key) is not None for column in Entry.__table__.columns)
        return has_all and bool(KEY_ID.fullmatch(self.key_id) and HASH.fullmatch(self.hash))


class UndeclaredEvent(Exception):
    """An event, or a key of one, that the closed list does not have: a fault of the caller."""


def record(event: str, *, by: str, visit: RequestInfo, **details: Any) -> Entry:
    """Add one entry to the present transaction; it is chained and written when that commits, or not at all.

    `by` is the address of who acted, or `visitor`, `worker`, `program` or `command line`. Raises UndeclaredEvent.
    """
    if frozenset(details) != EVENTS.get(event):
        raise UndeclaredEvent(f"{event} {sorted(details)}")
    about = next((str(details[key]) for key in ABOUT if key in details), "")
    entry = Entry(
        at=clock.now(),
        event=event,
        by=by,
        about=about,
        network=visit.network,
        request_id=visit.request_id,
        details=details,
    )
    db.session.info.setdefault("entries", []).append(entry)
    return entry


def concerns(address: str) -> ColumnElement[bool]:
    """Say in SQL which entries a person did, or is spoken of in."""
    return or_(Entry.by == address, Entry.about == address)


def listed(*which: ColumnElement[bool], most: int) -> list[Entry]:
    """Give the newest entries that fit, at most `most`."""
    return list(db.session.scalars(select(Entry).where(*which).order_by(Entry.id.desc()).limit(most)))


def streamed(*which: ColumnElement[bool]) -> Iterator[Entry | None]:
    """Return all entries that fit, oldest first, without holding them in memory; None where one has no number."""
    query = select(Entry).where(*which).order_by(Entry.id).execution_options(yield_per=500)
    yield from db.session.scalars(query)
