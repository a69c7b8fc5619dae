"""Seals: an entry that vouches, under the key of its own day, for the entries of a key that is no longer set.

A seal is an ordinary entry of the log, so it needs no table, no key and no protection of its own. It is chained and
counted, and when its own key retires the next seal covers it too. It names the key, the first and the last of that
key's entries, their number, and a SHA-256 over their content. So without a configured key no one can make, change or
remove a seal undetected.
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
from shop.web.actor import Actor

SEALED, ACCEPTED = "entries_sealed", "gap_accepted"
FACT_TYPES = {"key_id": str, "first": int, "last": int, "entries": int, "sha256": str}


def _range_text(first: int, last: int) -> str:
    if first == last:
        return _("entry %(number)s", number=first)
    return _("entries %(first)s to %(last)s", first=first, last=last)


@dataclass
class Span:
    """The entries of one key from a first to a last number, counted and hashed during the walk.

    `is_break`: the single entry which records that no key matched the end of the log.
    """

    key_id: str
    first: int
    is_break: bool = False
    last: int = 0
    entries: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def add(self, entry: Entry, text: str) -> None:
        """Add the next entry; `text` is its canonical content."""
        self.last, self.entries = entry.id, self.entries + 1
        self.hash.update(f"{text}\0{entry.key_id}\0{entry.hash}\n".encode())

    @property
    def sha256(self) -> str:
        """The SHA-256 (FIPS 180-4) over the entries, as 64 hex characters."""
        return str(self.hash.hexdigest())

    @property
    def facts(self) -> dict[str, Any]:
        """The details that a seal records about it."""
        return {name: getattr(self, name) for name in FACT_TYPES}

    @property
    def range(self) -> str:
        """The numbers, as text."""
        return _range_text(self.first, self.last)

    @property
    def reason(self) -> str:
        """What is wrong with it, as a sentence."""
        if self.is_break:
            return _("the entries before entry %(number)s couldn't be verified when it was written", number=self.first)
        if self.first == self.last:
            return _(
                "entry %(number)s was written with the key %(key)s, which is not set, and it is not sealed",
                number=self.first,
                key=self.key_id,
            )
        return _(
            "entries %(first)s to %(last)s were written with the key %(key)s, which is not set, "
            "and they are not sealed",
            first=self.first,
            last=self.last,
            key=self.key_id,
        )


@dataclass
class Seal:
    """What a sealing entry vouches for, who made it and when, and what the walk found of it."""

    number: int
    at: datetime
    by: str
    is_accepted: bool
    facts: dict[str, Any]
    found: Span
    key_id: str  # of the sealing entry itself

    @property
    def last(self) -> int:
        """The last entry that it can vouch for: none that came after it."""
        return min(int(self.facts["last"]), self.number - 1)

    def covers(self, number: int, key_id: str) -> bool:
        """Return whether it vouches for an entry of this number, made under this key."""
        return key_id == self.facts["key_id"] and int(self.facts["first"]) <= number <= self.last

    @property
    def fault(self) -> str | None:
        """A sentence if the walk found something other than what the seal vouches for; None if it matches."""
        if self.found.facts == self.facts:
            return None
        facts = {"first": self.facts["first"], "last": self.facts["last"], "number": self.number}
        if facts["first"] == facts["last"]:
            if self.is_accepted:
                return _("entry %(first)s has changed since it was accepted by entry %(number)s", **facts)
            return _("entry %(first)s has changed since it was sealed by entry %(number)s", **facts)
        if self.is_accepted:
            return _("entries %(first)s to %(last)s have changed since they were accepted by entry %(number)s", **facts)
        return _("entries %(first)s to %(last)s have changed since they were sealed by entry %(number)s", **facts)


def select_trusted(found: list[Seal], keys: Collection[str]) -> list[Seal]:
    """Return the seals that count: their own entry is under one of these keys, or covered by a seal that counts.

    Anyone can write an entry that claims to be a seal under a key that is not set. What an owner accepted was accepted
    as it is: a seal in it vouches for nothing, and what it covered is a gap of its own.
    """
    counting: list[Seal] = []
    for seal in reversed(found):
        vouched = any(other.covers(seal.number, seal.key_id) for other in counting if not other.is_accepted)
        if seal.key_id in keys or vouched:
            counting.append(seal)
    return counting[::-1]


def list_seals() -> list[Seal]:
    """Return the log's seals, oldest first. None counts for more than its own entry, which verify_log() checks."""
    query = select(Entry).where(Entry.event.in_((SEALED, ACCEPTED))).order_by(Entry.id)
    return [parse_seal(entry) for entry in db.session.scalars(query) if is_seal_details(entry.details)]


def is_seal_details(details: Any) -> bool:
    """Return whether these are the details of a seal."""
    return isinstance(details, dict) and {name: type(value) for name, value in details.items()} == FACT_TYPES


def parse_seal(entry: Entry) -> Seal:
    """Parse the seal in an entry."""
    found = Span(entry.details["key_id"], entry.details["first"])
    return Seal(entry.id, entry.at, entry.by, entry.event == ACCEPTED, entry.details, found, entry.key_id)


def add_seal(span: Span, *, actor: Actor, is_accepted: bool) -> None:
    """Record that these entries are as they should be."""
    record(
        "gap_accepted" if is_accepted else "entries_sealed",
        actor=actor,
        key_id=span.key_id,
        first=span.first,
        last=span.last,
        entries=span.entries,
        sha256=span.sha256,
    )
