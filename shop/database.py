"""What a connection to the database is set up with, and what it is given back to the pool with."""

import sqlite3
from typing import Any

import sqlalchemy as sa

PATIENCE = 10_000  # milliseconds that a writer waits for another on SQLite


@sa.event.listens_for(sa.Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the driver must not begin anything by itself: see extensions.py
        _restore(connection, None)
        connection.execute("PRAGMA journal_mode = WAL")
    else:
        # Compiling a plan pays off in a report of seconds. Of a page's statements, which stop at the first rows that
        # fit, PostgreSQL thinks that they read all, and would compile for a tenth of a second what takes one ms.
        connection.execute("SET jit = off")
        connection.commit()


@sa.event.listens_for(sa.Pool, "checkin")
def _restore(connection: Any, _record: Any) -> None:
    """Undo what a transaction changed for itself: the next one gets a connection as good as a fresh one."""
    if isinstance(connection, sqlite3.Connection):
        for pragma in (
            f"busy_timeout = {PATIENCE}",
            "synchronous = FULL",  # NORMAL may lose the last commits with the power: a spent link would live again
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
