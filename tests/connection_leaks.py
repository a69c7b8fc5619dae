"""Connections of the pool: each is returned by its borrower, in its original state."""

import sqlite3
import sys
from typing import Any

import psycopg
from sqlalchemy import Pool, event

from shop.database import connections

SYNCHRONOUS_FULL = 2
IDLE = psycopg.pq.TransactionStatus.IDLE
OF_SESSION = (  # those of a transaction end with it
    "SELECT name, setting FROM pg_settings WHERE source = 'session' AND name NOT LIKE 'transaction_%' ORDER BY name"
)


class LeakDetector:
    """Records, from begin() on, connections that return in another state, and those that do not return."""

    def __init__(self) -> None:
        self.noted: list[str] = []
        self.lent: dict[int, Any] = {}

    def begin(self) -> "LeakDetector":
        event.listen(Pool, "connect", self.know)
        event.listen(Pool, "checkout", self.lend)
        event.listen(Pool, "checkin", self.look)
        for gone in ("close", "detach", "close_detached", "invalidate", "soft_invalidate"):
            event.listen(Pool, gone, self.forget)
        return self

    def take_notes(self) -> list[str]:
        """Return the records since, and the connections that are still out; then start over."""
        found = self.noted + [f"a connection was not given back: {one!r}" for one in self.lent.values()]
        self.noted, self.lent = [], {}
        return found

    def know(self, connection: Any, record: Any) -> None:
        """Remember a connection's settings after the program has set it up."""
        if isinstance(connection, psycopg.Connection):
            record.info["fresh"] = session_settings(connection)

    def lend(self, connection: Any, _record: Any, _proxy: Any) -> None:
        self.lent[id(connection)] = connection

    def forget(self, connection: Any, *_others: Any) -> None:
        self.lent.pop(id(connection), None)

    def look(self, connection: Any, record: Any) -> None:
        self.forget(connection)
        if is_garbage_collected():
            self.noted.append(f"nobody gave a connection back: {connection!r}")
        if record.dbapi_connection is None:
            return  # it was discarded
        if isinstance(connection, sqlite3.Connection):
            names = ("busy_timeout", "foreign_keys", "synchronous", "query_only", "read_uncommitted")
            found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
            found += [connection.in_transaction, connection.isolation_level]
            fresh = [connections.BUSY_TIMEOUT, 1, SYNCHRONOUS_FULL, 0, 0, False, None]
        elif connection is not None and not connection.closed:
            level = connection.isolation_level or psycopg.IsolationLevel.READ_COMMITTED
            found = [connection.info.transaction_status, level, connection.autocommit, connection.read_only]
            fresh = [IDLE, psycopg.IsolationLevel.READ_COMMITTED, False, None]
            if found == fresh:
                found, fresh = session_settings(connection), record.info["fresh"]
        else:
            return
        if found != fresh:
            self.noted.append(f"a connection came back with {found} in place of {fresh}")


def session_settings(connection: psycopg.Connection) -> list[Any]:
    """Return the settings of a PostgreSQL connection, by whatever means. Leaves no transaction."""
    try:
        found = connection.execute(OF_SESSION).fetchall()
        connection.rollback()
    except psycopg.Error:
        return []  # its server has ended it, and its next user finds out
    return found


def is_garbage_collected() -> bool:
    """Return whether a connection returns through garbage collection, and not by its borrower."""
    frame = sys._getframe()
    while frame := frame.f_back:
        if frame.f_code.co_name == "_finalize_fairy":
            return bool(frame.f_locals["is_gc_cleanup"])
    return False
