"""The chain: each entry carries a keyed hash of itself and of the one before; no change behind our back fits in."""

import json
from typing import Any

from sqlalchemy import String, event, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import tokens
from shop.audit.entries import Entry, record
from shop.extensions import db
from shop.visit import COMMAND_LINE

PURPOSE = "audit chain"

# Both are filled by create_app: this room knows no other. A log without entries is that of a new shop only if these
# tables are empty. `traces` are all that show that somebody acted; `settled` are those of them that no shop's first
# act fills, so that they tell even in the transaction of that act: nobody is a person before asking for a link.
traces: list[type[Any]] = []
settled: list[type[Any]] = []


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


@event.listens_for(db.session, "before_commit")
def chain_entries(session: db.Session) -> None:  # type: ignore[name-defined]
    """Write the entries of this transaction at its very end, so that the one lock on the chain is held briefly."""
    if not session.info.get("entries"):
        return
    head = lock_head()
    if not is_genuine(head, settled):
        resume(head)
    for entry in session.info.pop("entries"):
        append(head, entry)


@event.listens_for(db.session, "after_soft_rollback")
def forget_entries(session: db.Session, _previous: object) -> None:  # type: ignore[name-defined]
    """Drop the entries of a transaction that did not happen."""
    session.info.pop("entries", None)


def lock_head() -> Head:
    """Give the end of the chain, locked until the commit: writers take turns. Raises BrokenChain."""
    head = find_locked_head()
    if head is None:
        raise BrokenChain
    return head


def find_locked_head() -> Head | None:
    """Give the end of the chain, locked until the commit, or nothing where it is gone."""
    found = select(Head).where(Head.id == 1).with_for_update().execution_options(populate_existing=True)
    head: Head | None = db.session.scalar(found)
    return head


def is_genuine(head: Head, used: list[type[Any]]) -> bool:
    """Say whether a key that is set sealed this end, or whether it is that of a new shop: `used` tables are empty.

    Asked before each entry is added: to seal an end anew that somebody forged would make it genuine.
    """
    if is_blank(head):
        return not has_rows(Entry) and not any(map(has_rows, used))
    return any(tokens.is_same(head.seal, sealed_end(head.count, head.hash, key)) for key in reversed(tokens.keys()))


def has_rows(table: type[Any]) -> bool:
    """Say whether there is anything in a table."""
    found: int | None = db.session.scalar(select(literal(1)).select_from(table).limit(1))
    return found is not None


def is_blank(head: Head) -> bool:
    """Say whether the end is as the migration makes it, which knows no key."""
    return head.count == 0 and not head.hash and not head.seal


def resume(head: Head) -> None:
    """Go on behind the last entry that is there, with an entry that says so.

    An end that no key fits may mean that the key was lost, and then the shop must stay open; or that somebody forged
    it, and then nothing that is written from now on may cover that up. The program cannot tell one from the other. So
    it writes on, and the log is not whole until an owner accepts this entry.
    """
    claimed = head.count
    last = db.session.execute(select(Entry.id, Entry.hash).order_by(Entry.id.desc()).limit(1)).first()
    head.count, head.hash = last or (0, "")
    entry = record("end_not_verified", by="program", visit=COMMAND_LINE, entries=head.count, claimed=claimed)
    db.session.info["entries"].remove(entry)  # it stands before those that wait
    append(head, entry)


def restore_end() -> None:
    """Have the log end in its last entry again, where the end is gone or no key fits it. An entry says so."""
    head = find_locked_head()
    if head is None:
        head = Head(id=1, count=0, hash="", seal="")
        db.session.add(head)
    if not is_genuine(head, traces):
        resume(head)


def append(head: Head, entry: Entry) -> None:
    """Add one entry behind the end, under the present key, and move the end."""
    key = tokens.keys()[-1]
    entry.id, entry.key_id = head.count + 1, key_id(key)
    entry.hash = sealed(written(entry), head.hash, key)
    head.count, head.hash = entry.id, entry.hash
    head.seal = sealed_end(head.count, head.hash, key)
    db.session.add(entry)


def written(entry: Entry) -> str:
    """Give all that an entry says in one way of writing, of ASCII characters without control characters."""
    facts = [entry.id, entry.at.isoformat(), entry.event, entry.by, entry.about, entry.network, entry.request_id]
    return json.dumps([*facts, entry.details], sort_keys=True, ensure_ascii=True)


def sealed(text: str, before: str, key: str) -> str:
    """Give the keyed hash of what an entry says and of the hash before it."""
    return tokens.derive(key, PURPOSE, before, text).hex()


def sealed_end(count: int, last: str, key: str) -> str:
    """Give the keyed hash of where the chain ends."""
    return tokens.derive(key, f"{PURPOSE} end", str(count), last).hex()


def key_id(key: str) -> str:
    """Name a key without telling anything of it."""
    return tokens.derive(key, "audit key id").hex()[:8]
