"""Statements sent to the database: how many, and none that locks too late."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def record_statements() -> Iterator[list[str]]:
    """Record every SELECT, INSERT, UPDATE and DELETE inside."""
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
    """Fail wherever SQLite could fail by chance: a transaction that promised to read, read, and then writes.

    It cannot wait for the lock. If another has written since it began, it fails immediately.
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
