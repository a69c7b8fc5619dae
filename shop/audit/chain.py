"""The chain: each entry carries a keyed hash of itself and of the one before; no change behind our back fits in."""

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
from shop.web.request_info import COMMAND_LINE

PURPOSE = "audit chain"  # not marked: a key's purpose

# The tables that are filled without an entry of the log, and the log's own. Whatever fills another leaves an entry in
# the same transaction: a log without entries is that of a new shop only if all the others are empty.
unlogged_tables: Registry[str] = Registry()


class BrokenChain(Exception):
    """No entry can be added, so the act that it belongs to must not happen; the text says why."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or NO_END)


NO_END = "the end of the audit log is missing; run `flask audit accept-gap` for details"  # not marked: logged
NO_KEY = (  # not marked: printed
    "SECRET_KEY is not set. Run this with the server's own settings, or after `make run`, which makes a key"
)
OTHER_KEY = (
    "its audit log was written under another key than SECRET_KEY. Run this with the server's own settings; if the key "
    "is lost, `flask audit accept-gap` goes on without it"  # not marked: printed
)


@event.listens_for(db.session, "before_commit")
def chain_entries(session: Session) -> None:
    """Write the entries of this transaction at its very end, so that the one lock on the chain is held briefly."""
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
    """Drop the entries of a transaction that did not happen."""
    session.info.pop("entries", None)


def require_key(head: ChainHead | None) -> None:
    """Raise BrokenChain in a command that has no key, or none that fits an end of the chain which is not blank.

    The server writes on behind an end that no key fits, or a lost key would close the shop, and says so in the log. A
    command is more likely to have been typed without the server's settings.
    """
    if not current_app.config["IN_COMMAND"] or head is None:
        return
    if not tokens.application_keys()[-1]:
        raise BrokenChain(NO_KEY)
    if not is_blank(head) and not is_genuine(head):
        raise BrokenChain(OTHER_KEY)


def lock_head() -> ChainHead:
    """Give the end of the chain, locked until the commit: writers take turns. Raises BrokenChain."""
    head = find_locked_head()
    if head is None:
        raise BrokenChain
    return head


def find_locked_head() -> ChainHead | None:
    """Give the end of the chain, locked until the commit, or nothing where it is gone."""
    found = select(ChainHead).where(ChainHead.id == 1).with_for_update().execution_options(populate_existing=True)
    head: ChainHead | None = db.session.scalar(found)
    return head


def may_extend(head: ChainHead) -> bool:
    """Say the same of the locked end before something is added: to seal anew what was forged would make it genuine.

    Whether the shop is new is asked on a connection of its own, which does not see what the act of this transaction
    has filled: nothing else may be there, or somebody has emptied the log.
    """
    if not is_blank(head):
        return is_genuine(head)
    with read_only(), db.engine.connect() as apart:
        return is_new_shop(apart)


def is_genuine(head: ChainHead) -> bool:
    """Say whether a key that is set sealed this end, or whether it is that of a new shop."""
    if is_blank(head):
        return is_new_shop(db.session.connection())
    if None in (head.hash, head.seal) or type(head.count) is not int:  # they cannot be read
        return False
    return any(
        tokens.is_same(head.seal, hash_end(head.count, head.hash, key)) for key in reversed(tokens.application_keys())
    )


def is_new_shop(connection: Connection) -> bool:
    """Say whether a connection sees neither an entry nor anything else that came with one."""
    filled = (exists(select(literal(1)).select_from(table)) for table in (Entry.__table__, *_logged_tables()))
    return not connection.scalar(select(or_(*filled)))


def _logged_tables() -> list[Table]:
    return [table for table in db.metadata.sorted_tables if table.name not in set(unlogged_tables)]


def is_blank(head: ChainHead) -> bool:
    """Say whether the end is as the migration makes it, which knows no key."""
    return (head.count, head.hash, head.seal) == (0, "", "")


def continue_unverified(head: ChainHead) -> Entry:
    """Go on behind the last entry that is there, with an entry that says so.

    An end that no key fits may mean that the key was lost, and then the shop must stay open; or that somebody forged
    it, and then nothing that is written from now on may cover that up. The program cannot tell one from the other. So
    it writes on, and the log is not whole until an owner accepts this entry.
    """
    claimed = head.count if isinstance(head.count, int) else str(head.count)  # SQLite keeps anything
    last = db.session.execute(select(Entry.id, Entry.hash).order_by(Entry.id.desc()).limit(1)).first()
    head.count, head.hash = (last.id, last.hash or "") if last else (0, "")
    entry = record("end_not_verified", by="program", visit=COMMAND_LINE, entries=head.count, claimed=claimed)
    db.session.info["entries"].remove(entry)  # it stands before those that wait
    append_entry(head, entry)
    return entry


def restore_end() -> Entry | None:
    """Have the log end in its last entry again, where the end is gone or no key fits it. Gives the entry that says so.

    None where the end is genuine.
    """
    head = find_locked_head()
    if head is None:
        head = ChainHead(id=1, count=0, hash="", seal="")
        db.session.add(head)
        return continue_unverified(head)
    return None if may_extend(head) else continue_unverified(head)


def append_entry(head: ChainHead, entry: Entry) -> None:
    """Add one entry behind the end, under the present key, and move the end."""
    key = tokens.application_keys()[-1]
    entry.id, entry.key_id = head.count + 1, derive_key_id(key)
    entry.hash = hash_entry(serialize_entry(entry), head.hash, key)
    head.count, head.hash = entry.id, entry.hash
    head.seal = hash_end(head.count, head.hash, key)
    db.session.add(entry)


def serialize_entry(entry: Entry) -> str:
    """Give all that an entry says in one way of writing, of ASCII characters without control characters."""
    facts = [entry.id, entry.at.isoformat(), entry.event, entry.by, entry.about, entry.network, entry.request_id]
    return json.dumps([*facts, entry.details], sort_keys=True, ensure_ascii=True)


def hash_entry(text: str, before: str, key: str) -> str:
    """Give the keyed hash of what an entry says and of the hash before it."""
    return tokens.derive(key, PURPOSE, before, text).hex()


def hash_end(count: int, last: str, key: str) -> str:
    """Give the keyed hash of where the chain ends."""
    return tokens.derive(key, f"{PURPOSE} end", str(count), last).hex()


def derive_key_id(key: str) -> str:
    """Name a key without telling anything of it."""
    return tokens.derive(key, "audit key id").hex()[:8]  # not marked: a key's purpose
