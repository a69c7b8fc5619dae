"""The chain: each entry carries a keyed hash of itself and of the one before; no change behind our back fits in."""

import json
from dataclasses import dataclass

from sqlalchemy import String, event, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import tokens
from shop.audit.entries import Entry, streamed
from shop.extensions import db

PURPOSE = "audit chain"


class Head(db.Model):  # type: ignore[name-defined]
    """The end of the chain, in its only row: how many entries there are, and the last one's hash.

    Its seal is over both: whoever cuts entries off cannot make the end that would fit.
    """

    __tablename__ = "audit_heads"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


class BrokenChain(Exception):
    """The end of the chain is gone, so no entry can be added; the act it belongs to must not happen."""


@dataclass(frozen=True)
class Report:
    """What verify() found: the number of entries, the first fault in words, and how many carry an unknown key."""

    count: int
    fault: str | None
    unknown_keys: int = 0


@event.listens_for(db.session, "before_commit")
def chain_entries(session: db.Session) -> None:  # type: ignore[name-defined]
    """Write the entries of this transaction at its very end, so that the one lock on the chain is held briefly."""
    entries = session.info.pop("entries", [])
    if not entries:
        return
    head = lock_head()
    key = tokens.keys()[-1]
    for entry in entries:
        entry.id, entry.key_id = head.count + 1, key_id(key)
        entry.hash = sealed(entry, head.hash, key)
        head.count, head.hash = entry.id, entry.hash
        session.add(entry)
    head.seal = sealed_end(head.count, head.hash, key)


@event.listens_for(db.session, "after_soft_rollback")
def forget_entries(session: db.Session, _previous: object) -> None:  # type: ignore[name-defined]
    """Drop the entries of a transaction that did not happen."""
    session.info.pop("entries", None)


def lock_head() -> Head:
    """Give the end of the chain, locked until the commit: writers take turns. Raises BrokenChain."""
    found = select(Head).where(Head.id == 1).with_for_update().execution_options(populate_existing=True)
    head: Head | None = db.session.scalar(found)
    if head is None:
        raise BrokenChain
    return head


def verify() -> Report:
    """Walk the whole chain and name the first entry that does not fit.

    Under a key that is no longer configured an entry's own hash cannot be made again; such entries are counted, and
    still held in their place by the number and the hash that the next one was made with.
    """
    head = db.session.get(Head, 1)
    before, number, unknown, last_key = "", 0, 0, None
    known = tokens.keys()
    keys = {key_id(key): key for key in known}
    for number, entry in enumerate(streamed(), start=1):
        if fault := place_of(entry, number, head):
            return Report(number, fault, unknown)
        key = keys.get(entry.key_id)
        if key is None and unknown < number - 1:
            return Report(number, f"entry {entry.id} was changed", unknown)  # an old key's entries all come first
        unknown += key is None
        if key and not tokens.is_same(entry.hash, sealed(entry, before, key)):
            return Report(number, f"entry {entry.id} was changed", unknown)
        before, last_key = entry.hash, key
    return Report(number, end_fault(head, number, before, last_key), unknown)


def place_of(entry: Entry, number: int, head: Head | None) -> str | None:
    """Say in words if an entry stands where none, or another, belongs."""
    if entry.id > number:
        return f"entry {number} was removed"
    if entry.id < number:
        return f"entry {entry.id} was inserted"
    if head is None or number > head.count:
        return f"entry {number} was inserted"
    return None


def end_fault(head: Head | None, number: int, last: str, key: str | None) -> str | None:
    """Say in words if the chain ends too early, or in another entry than the last."""
    count = head.count if head else 0
    if count > number:
        return f"entry {number + 1} was removed"
    if head and head.hash != last:
        return f"entry {number} was changed"
    if head and number and key and not tokens.is_same(head.seal, sealed_end(number, last, key)):
        return f"entry {number + 1} was removed"
    return None


def sealed(entry: Entry, before: str, key: str) -> str:
    """Give the keyed hash of an entry and of the hash before it."""
    facts = [entry.id, entry.at.isoformat(), entry.event, entry.by, entry.about, entry.network, entry.request_id]
    text = json.dumps([*facts, entry.details], sort_keys=True, ensure_ascii=True)
    return tokens.derive(key, PURPOSE, before, text).hex()


def sealed_end(count: int, last: str, key: str) -> str:
    """Give the keyed hash of where the chain ends."""
    return tokens.derive(key, f"{PURPOSE} end", str(count), last).hex()


def key_id(key: str) -> str:
    """Name a key without telling anything of it."""
    return tokens.derive(key, "audit key id").hex()[:8]
