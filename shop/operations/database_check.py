"""Check that the database can be written to: with a real write that is rolled back."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from shop.config_check import Finding
from shop.database import connections
from shop.database.faults import FaultKind, classify_fault, driver_message
from shop.database.sqlite_file import find_unwritable, owner_name
from shop.extensions import db

BLOCK = 1 << 20  # bytes
BLOCKS = 4  # more than SQLite's cache, so that it reaches the disk without a commit
ROOM = 32 << 20  # bytes that should be free: SQLite copies a transaction's pages before it moves them
SLOW_SECONDS = 5.0
FIXES = {
    FaultKind.FULL: "Free up disk space; the shop will then recover on its own.",
    FaultKind.BUSY: "Find out what is locking it, such as a backup or a shell with an open transaction, and stop it.",
    FaultKind.READ_ONLY: "On SQLite, give the server's user write access to the file, the files next to it, and "
    "their folder; on PostgreSQL, check default_transaction_read_only, and whether another server has taken over. "
    "The shop will then recover on its own.",
    FaultKind.AWAY: "Check DATABASE_URL, and make sure the server is running.",
    FaultKind.DAMAGED: "Stop the shop and restore the latest backup.",
    FaultKind.NOT_SET_UP: "Run: flask --app wsgi db upgrade",
    FaultKind.CLOSED: "Give the user in DATABASE_URL all privileges on the database; ideally, make it the owner.",
}


def explain_fault(fault: SQLAlchemyError) -> Finding:
    """Return the finding for a database fault, in the same words as pages and log."""
    kind = classify_fault(fault)
    reason = driver_message(fault)
    if kind is None:
        fix = "Check that the user in DATABASE_URL can create tables; every upgrade needs that."
        return Finding("The database rejected a request from the program.", reason, fix)
    what = "The database isn't responding." if kind == FaultKind.AWAY else f"The database is {kind}."
    return Finding(what, reason, FIXES[kind])


def limit_lock_wait(connection: sa.Connection) -> None:
    """Limit a transaction's wait for locks to a page's timeout; a command would wait forever."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{connections.LOCK_SECONDS}s", True)))


def try_write() -> None:
    """Create a table of some size that no one ever sees. Raises SQLAlchemyError if it cannot be written."""
    name = f"doctor_{token_hex(8)}"
    with db.engine.connect() as connection:
        limit_lock_wait(connection)
        connection.execute(sa.text(f"CREATE TABLE {name} (filling TEXT)"))
        filling = [{"filling": token_hex(BLOCK // 2)} for _ in range(BLOCKS)]  # incompressible
        connection.execute(sa.text(f"INSERT INTO {name} VALUES (:filling)"), filling)  # noqa: S608
        connection.rollback()


def check_pages(connection: sa.Connection) -> Iterator[Finding]:
    """Yield a finding if a page of SQLite's file is damaged, even one that no query has read yet.

    Reads the whole file: about a second per GB in the memory cache, otherwise at the disk's speed.
    """
    if connection.dialect.name != "sqlite":
        return
    began = monotonic()
    found = connection.execute(sa.text("PRAGMA quick_check(1)")).scalar()
    seconds = monotonic() - began
    if found != "ok":
        why = " ".join(str(found).split())
        yield Finding(f"The database is {FaultKind.DAMAGED}.", f"SQLite says: {why}.", FIXES[FaultKind.DAMAGED])
    elif seconds > SLOW_SECONDS:
        what = f"Reading the whole database took {seconds:.0f} seconds."
        yield Finding(what, "It is read to check that no page is damaged.", "No action needed.", is_note=True)


def check_file() -> Iterator[Finding]:
    """Yield findings if SQLite's file has no room, or its owner may not write.

    The caller may be root, who always may.
    """
    file = Path(db.engine.url.database or "")
    if db.engine.dialect.name != "sqlite" or not os.path.isfile(file):
        return
    free = shutil.disk_usage(file.parent).free
    if free < ROOM:
        why = f"Only {free >> 20} MB is free for {file}; there should be at least {ROOM >> 20} MB."
        what = f"The database is {FaultKind.FULL}." if free < BLOCK else "The disk is nearly full."
        yield Finding(what, why, FIXES[FaultKind.FULL])
    of_owner = (one for one in (file.parent, file) if not one.stat().st_mode & stat.S_IWUSR)
    if path := find_unwritable(file) or next(of_owner, None):
        yield Finding(
            f"The database is {FaultKind.READ_ONLY}.", f"{path} can't be written to.", FIXES[FaultKind.READ_ONLY]
        )
        return
    yield from filter(None, map(find_root_owned, (file, Path(f"{file}-wal"), Path(f"{file}-shm"))))


def find_root_owned(path: Path) -> Finding | None:
    """Return a finding if root left a file in another user's folder: a server of that user cannot write to it."""
    if not os.path.exists(path) or path.stat().st_uid or not path.parent.stat().st_uid:
        return None
    what = f"{path} is owned by root, but its folder is owned by {owner_name(path.parent)}."
    why = "The server can't write to it unless it also runs as root."
    return Finding(what, why, f"Run: chown -R --reference={path.parent} {path}")
