"""Seals: an entry that vouches, under the key of its own day, for the entries of a key that is no longer set.

A seal is an entry of the log like any other, so it needs no table, no key and no protection of its own: it is chained,
counted by the end of the log, and when its own key retires the next seal is over it as well. It names the key, the
first and the last of that key's entries, how many there are, and a SHA-256 over all they say. So whoever has no key
that is set cannot make, change or remove one without a fault in the chain.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shop.audit.entries import record
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.web.request_info import RequestInfo

SEALED, ACCEPTED = "entries_sealed", "gap_accepted"
FACT_TYPES = {"key_id": str, "first": int, "last": int, "entries": int, "sha256": str}


def _range_text(first: int, last: int) -> str:
    if first == last:
        return _("entry %(number)s", number=first)
    return _("entries %(first)s to %(last)s", first=first, last=last)


@dataclass
class Span:
    """The entries of one key from a first to a last number, counted and hashed as they are gone through.

    `is_break` says that it is one entry, which tells that the end of the log was found as no key had left it.
    """

    key_id: str
    first: int
    is_break: bool = False
    last: int = 0
    entries: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def add(self, entry: Entry, text: str) -> None:
        """Take in the next entry; `text` is all it says."""
        self.last, self.entries = entry.id, self.entries + 1
        self.hash.update(f"{text}\0{entry.key_id}\0{entry.hash}\n".encode())

    @property
    def sha256(self) -> str:
        """The SHA-256 (FIPS 180-4) over the entries, as 64 hex characters."""
        return str(self.hash.hexdigest())

    @property
    def facts(self) -> dict[str, Any]:
        """What a seal says of it."""
        return {name: getattr(self, name) for name in FACT_TYPES}

    @property
    def range(self) -> str:
        """The numbers, in words."""
        return _range_text(self.first, self.last)

    @property
    def why(self) -> str:
        """What is wrong with it, in words."""
        if self.is_break:
            return _("the entries before entry %(number)s couldn't be verified when it was written", number=self.first)
        if self.first == self.last:
            return _(
                "entry %(number)s was written with the key %(key)s, which is not set, and no seal covers it",
                number=self.first,
                key=self.key_id,
            )
        return _(
            "entries %(first)s to %(last)s were written with the key %(key)s, which is not set, "
            "and no seal covers them",
            first=self.first,
            last=self.last,
            key=self.key_id,
        )


@dataclass
class Seal:
    """What such an entry vouches for, who made it and when, and what is found of it."""

    number: int
    at: datetime
    by: str
    is_accepted: bool
    facts: dict[str, Any]
    found: Span
    key_id: str  # of the entry that it is

    @property
    def last(self) -> int:
        """The last entry that it can vouch for: none that came after it."""
        return min(int(self.facts["last"]), self.number - 1)

    def covers(self, number: int, key_id: str) -> bool:
        """Say whether it vouches for an entry of this number, made under this key."""
        return key_id == self.facts["key_id"] and int(self.facts["first"]) <= number <= self.last

    @property
    def fault(self) -> str | None:
        """Say in words if what was found is not what it vouches for."""
        if self.found.facts == self.facts:
            return None
        facts = {"first": self.facts["first"], "last": self.facts["last"], "number": self.number}
        if self.is_accepted:
            return _("entries %(first)s to %(last)s have changed since they were accepted by entry %(number)s", **facts)
        return _("entries %(first)s to %(last)s have changed since they were sealed by entry %(number)s", **facts)


def select_trusted(found: list[Seal], keys: Collection[str]) -> list[Seal]:
    """Return those that count: their own entry is under one of these keys, or sealed by one that counts itself.

    Anybody can write an entry that says it is a seal under a key that is not set. What an owner accepted was accepted
    as it is: a seal among it vouches for nothing, and what it was over is a gap of its own.
    """
    counting: list[Seal] = []
    for seal in reversed(found):
        vouched = any(other.covers(seal.number, seal.key_id) for other in counting if not other.is_accepted)
        if seal.key_id in keys or vouched:
            counting.append(seal)
    return counting[::-1]


def list_seals() -> list[Seal]:
    """Give the seals of the log, oldest first. None counts for more than the entry it is, which verify() checks."""
    query = select(Entry).where(Entry.event.in_((SEALED, ACCEPTED))).order_by(Entry.id)
    return [parse_seal(entry) for entry in db.session.scalars(query) if is_seal_details(entry.details)]


def is_seal_details(details: Any) -> bool:
    """Say whether these are the details of a seal."""
    return isinstance(details, dict) and {name: type(value) for name, value in details.items()} == FACT_TYPES


def parse_seal(entry: Entry) -> Seal:
    """Read the seal that an entry is."""
    found = Span(entry.details["key_id"], entry.details["first"])
    return Seal(entry.id, entry.at, entry.by, entry.event == ACCEPTED, entry.details, found, entry.key_id)


def add_seal(span: Span, *, by: str, visit: RequestInfo, is_accepted: bool) -> None:
    """Vouch for entries as they are."""
    record(
        "gap_accepted" if is_accepted else "entries_sealed",
        by=by,
        visit=visit,
        key_id=span.key_id,
        first=span.first,
        last=span.last,
        entries=span.entries,
        sha256=span.sha256,
    )
