"""What is asked of the database: how many statements, none that locks too late, and every connection left as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, Pool, event

from shop import database

SYNCHRONOUS_FULL = 2
IDLE = psycopg.pq.TransactionStatus.IDLE


@contextmanager
def statements() -> Iterator[list[str]]:
    """Note every SELECT, INSERT, UPDATE and DELETE that is made inside."""
    made: list[str] = []

    def note(_connection, _cursor, statement, *_others):
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def refuse_late_locks() -> None:
    """From here on fail where SQLite would now and then: a transaction that promised to read, read, and then writes.

    Nothing makes it wait for its turn. When another has written since it began, it is refused at once.
    """
    has_read: dict[int, bool] = {}

    def watch(connection, _cursor, statement, *_others):
        words = statement.split(None, 2)
        verb, key = words[0].upper(), id(connection.connection.dbapi_connection)
        if verb in ("BEGIN", "COMMIT", "ROLLBACK"):
            has_read.pop(key, None)
            if len(words) == 1 and verb == "BEGIN":
                has_read[key] = False
        elif key in has_read:
            if verb in ("SELECT", "WITH"):
                has_read[key] = True
            assert not (verb in ("INSERT", "UPDATE", "DELETE", "REPLACE") and has_read[key]), statement

    event.listen(Engine, "before_cursor_execute", watch)


def note_changed_connections() -> list[str]:
    """From here on note what connections go back to the pool with that a fresh one does not have. Gives the notes.

    Of PostgreSQL's settings a driver knows only some without asking, so there none may outlive its transaction at all.
    """
    noted: list[str] = []

    def look(connection, record):
        if record.dbapi_connection is None:
            return  # it was given up
        if isinstance(connection, sqlite3.Connection):
            names = ("busy_timeout", "foreign_keys", "synchronous", "query_only", "read_uncommitted")
            found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
            found += [connection.in_transaction, connection.isolation_level]
            fresh = [database.PATIENCE, 1, SYNCHRONOUS_FULL, 0, 0, False, None]
        elif connection is not None and not connection.closed:
            level = connection.isolation_level or psycopg.IsolationLevel.READ_COMMITTED
            found = [connection.info.transaction_status, level, connection.autocommit, connection.read_only]
            fresh = [IDLE, psycopg.IsolationLevel.READ_COMMITTED, False, None]
        else:
            return
        if found != fresh:
            noted.append(f"a connection came back with {found} in place of {fresh}")

    def watch(connection, _cursor, statement, *_others):
        words = statement.upper().split(None, 2)
        if words[0] == "SET" and words[1] != "LOCAL" and connection.dialect.name == "postgresql":
            noted.append(f"{statement} outlives its transaction")

    event.listen(Pool, "checkin", look)
    event.listen(Engine, "before_cursor_execute", watch)
    return noted
