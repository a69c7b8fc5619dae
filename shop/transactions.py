"""Transactions: read-only ones, snapshots, advisory locks and writes that happen once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from flask import has_request_context
from sqlalchemy.dialects import postgresql, sqlite

from shop.concurrency_limit import ConcurrencyLimit
from shop.database.connections import allow_long_statements
from shop.extensions import db

MAX_SNAPSHOTS = 3  # at length, at once
_readers = ConcurrencyLimit(MAX_SNAPSHOTS)
_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


@contextmanager
def read_only() -> Iterator[None]:
    """Promise that what is begun inside only reads, so that on SQLite it does not queue for the one write lock."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


def set_read_only(only: bool) -> None:
    """Say for the rest of this request whether it only reads."""
    _only_reads.set(only)


def commit_and_continue() -> None:
    """Commit in the middle of a request that goes on to change more. After any other commit it only reads."""
    db.session.commit()
    set_read_only(False)


@contextmanager
def short_lock_timeout() -> Iterator[None]:
    """Have a write inside, one UPDATE, give up after 50 ms where it would wait for another's lock, and undo it."""
    # Either ends with the transaction: a connection that goes back to the pool is as patient as before.
    is_sqlite = db.engine.dialect.name == "sqlite"
    connection = db.session.connection()
    connection.exec_driver_sql("PRAGMA busy_timeout = 50" if is_sqlite else "SET LOCAL lock_timeout = '50ms'")
    try:
        yield
    finally:
        db.session.rollback()


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the database inside as it is at one instant, however long that takes, and keep no writer waiting.

    Each that does so holds one of the server's few threads. Raises ConcurrencyLimitReached in a request where enough
    others do; what is no request waits for them.
    """
    with _readers.entered(waits=not has_request_context()):
        db.session.rollback()
        with read_only():
            options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
            allow_long_statements(db.session.connection(execution_options=options))
            yield
            db.session.rollback()


def refresh_planner_statistics() -> None:
    """Let SQLite count anew what its tables hold, where that changed much: a plan is only as good as what it knows.

    PostgreSQL does so by itself.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.execute(sa.text("PRAGMA optimize"))


def take_advisory_lock(name: str) -> None:
    """Wait until no other transaction holds this name, and hold it until ours ends.

    For counting before adding, where no single row stands for the count. On SQLite writers take turns anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def insert_if_missing(model: type[Any], **values: Any) -> bool:
    """Insert a row unless one with the same unique key is there. Returns whether this call made it."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    # The row's own key comes back where it was made; a row count of an INSERT is not to be had on PostgreSQL.
    made = insert(model).values(**values).on_conflict_do_nothing().returning(*sa.inspect(model).primary_key)
    return db.session.execute(made).first() is not None


def affected_rows(result: Any) -> int:
    """Return how many rows a statement changed: of one conditional UPDATE, one or nobody."""
    return int(result.rowcount)


@sa.event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later is refused at once when another has written in between, and no
    # timeout covers that. So what may write takes the lock from the start, and waits its turn.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _only_reads.get() else "BEGIN IMMEDIATE")
