"""The hash chain: each entry carries a keyed hash of itself and of the entry before it, so tampering is detected."""

import json

from flask import current_app
from sqlalchemy import Connection, Table, event, exists, literal, or_, select
from sqlalchemy.orm import Session

from shop import tokens
from shop.audit.entries import record
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.registry import Registry
from shop.transactions import read_only
from shop.web.actor import PROGRAM

PURPOSE = "audit chain"  # not marked: a key's purpose

# Tables that are filled without an entry, and the log's own. Every other change leaves an entry in the same
# transaction. So an empty log belongs to a new shop only if all the other tables are empty too.
unlogged_tables: Registry[str] = Registry()


class BrokenChain(Exception):
    """No entry can be added, so the act that it belongs to must not happen; the text says why."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or NO_END)


NO_END = (  # not marked: logged
    "the record of the audit log's last entry is missing; run `flask audit accept-gap` for details"
)
NO_KEY = (  # not marked: printed
    "SECRET_KEY is not set. Run this with the server's own settings, or after `make run`, which creates a key"
)
OTHER_KEY = (
    "the audit log was written with a key other than SECRET_KEY. Run this with the server's own settings; if the key "
    "is lost, `flask audit accept-gap` continues without it"  # not marked: printed
)


@event.listens_for(db.session, "before_commit")
def chain_entries(session: Session) -> None:
    """Write the transaction's entries at its very end, so that the one lock on the chain is held briefly."""
    if not session.info.get("entries"):
        return
    head = lock_head()
    require_key(head)
    if not may_extend(head):
        continue_unverified(head)
    for entry in session.info.pop("entries"):
        append_entry(head, entry)


@event.listens_for(db.session, "after_soft_rollback")
def forget_entries(session: Session, _previous: object) -> None:
    """Drop the entries of a transaction that was rolled back."""
    session.info.pop("entries", None)


def require_key(head: ChainHead | None) -> None:
    """Raise BrokenChain in a command that has no key, or whose keys did not seal the end of a chain in use.

    The server continues behind an end that no key matches, and logs that: otherwise a lost key would close the shop. A
    command was more likely started without the server's settings.
    """
    if not current_app.config["IN_COMMAND"] or head is None:
        return
    if not tokens.application_keys()[-1]:
        raise BrokenChain(NO_KEY)
    if not is_blank(head) and not is_genuine(head):
        raise BrokenChain(OTHER_KEY)


def lock_head() -> ChainHead:
    """Return the end of the chain, locked until the commit: writers take turns. Raises BrokenChain."""
    head = find_locked_head()
    if head is None:
        raise BrokenChain
    return head


def find_locked_head() -> ChainHead | None:
    """Return the end of the chain, locked until the commit; None if it is missing."""
    found = select(ChainHead).where(ChainHead.id == 1).with_for_update().execution_options(populate_existing=True)
    head: ChainHead | None = db.session.scalar(found)
    return head


def may_extend(head: ChainHead) -> bool:
    """Return whether entries may be added behind the locked end. Sealing a forged end again would make it genuine.

    Whether the shop is new is asked on a separate connection, which does not see what this transaction has written. Any
    other content shows that someone has emptied the log.
    """
    if not is_blank(head):
        return is_genuine(head)
    with read_only(), db.engine.connect() as apart:
        return is_new_shop(apart)


def is_genuine(head: ChainHead) -> bool:
    """Return whether a configured key sealed this end, or whether it is a new shop's blank one."""
    if is_blank(head):
        return is_new_shop(db.session.connection())
    if None in (head.hash, head.seal) or type(head.count) is not int:  # unreadable
        return False
    return any(
        tokens.is_same(head.seal, hash_end(head.count, head.hash, key)) for key in reversed(tokens.application_keys())
    )


def is_new_shop(connection: Connection) -> bool:
    """Return whether a connection sees neither an entry nor any other content that comes with one."""
    filled = (exists(select(literal(1)).select_from(table)) for table in (Entry.__table__, *_logged_tables()))
    return not connection.scalar(select(or_(*filled)))


def _logged_tables() -> list[Table]:
    return [table for table in db.metadata.sorted_tables if table.name not in set(unlogged_tables)]


def is_blank(head: ChainHead) -> bool:
    """Return whether the end is as the migration creates it, which knows no key."""
    return (head.count, head.hash, head.seal) == (0, "", "")


def continue_unverified(head: ChainHead) -> Entry:
    """Continue behind the last entry that exists, with an entry that records the break.

    An end that no key matches has two possible causes, and the program cannot tell them apart. The key may be lost, and
    then the shop must stay open. Or someone forged the end, and then no later entry may cover that up. So it continues,
    and the log is not intact until an owner accepts this entry.
    """
    claimed = head.count if isinstance(head.count, int) else str(head.count)  # SQLite stores any type
    last = db.session.execute(select(Entry.id, Entry.hash).order_by(Entry.id.desc()).limit(1)).first()
    head.count, head.hash = (last.id, last.hash or "") if last else (0, "")
    entry = record("end_not_verified", actor=PROGRAM, entries=head.count, claimed=claimed)
    db.session.info["entries"].remove(entry)  # it comes before the waiting ones
    append_entry(head, entry)
    return entry


def restore_end() -> Entry | None:
    """Have the log end in its last entry again if its end is missing or no key matches it.

    Returns the entry about that, or None if the end is genuine.
    """
    head = find_locked_head()
    if head is None:
        head = ChainHead(id=1, count=0, hash="", seal="")
        db.session.add(head)
        return continue_unverified(head)
    return None if may_extend(head) else continue_unverified(head)


def append_entry(head: ChainHead, entry: Entry) -> None:
    """Add one entry behind the end, under the current key, and move the end."""
    key = tokens.application_keys()[-1]
    entry.id, entry.key_id = head.count + 1, derive_key_id(key)
    entry.hash = hash_entry(serialize_entry(entry), head.hash, key)
    head.count, head.hash = entry.id, entry.hash
    head.seal = hash_end(head.count, head.hash, key)
    db.session.add(entry)


def serialize_entry(entry: Entry) -> str:
    """Return an entry's content in one canonical spelling: ASCII without control characters."""
    facts = [entry.id, entry.at.isoformat(), entry.event, entry.by, entry.about, entry.network, entry.request_id]
    return json.dumps([*facts, entry.details], sort_keys=True, ensure_ascii=True)


def hash_entry(text: str, before: str, key: str) -> str:
    """Return the keyed hash of an entry's content and of the hash before it."""
    return tokens.derive(key, PURPOSE, before, text).hex()


def hash_end(count: int, last: str, key: str) -> str:
    """Return the keyed hash of the end of the chain."""
    return tokens.derive(key, f"{PURPOSE} end", str(count), last).hex()


def derive_key_id(key: str) -> str:
    """Return a short id of a key that reveals nothing about it."""
    return tokens.derive(key, "audit key id").hex()[:8]  # not marked: a key's purpose
