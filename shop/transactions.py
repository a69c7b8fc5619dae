"""Transactions: read-only ones, snapshots, advisory locks and writes that happen once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from flask import has_request_context
from sqlalchemy import Delete, Result, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase

from shop.concurrency_limit import ConcurrencyLimit
from shop.database.connections import allow_long_statements
from shop.extensions import db

MAX_SNAPSHOTS = 3  # concurrent long ones
_readers = ConcurrencyLimit(MAX_SNAPSHOTS)
_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


@contextmanager
def read_only() -> Iterator[None]:
    """Declare the block read-only, so that on SQLite it does not queue for the one write lock."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


def set_read_only(only: bool) -> None:
    """Declare whether the rest of this request is read-only."""
    _only_reads.set(only)


def commit_and_continue() -> None:
    """Commit in the middle of a request that continues to write. After any other commit it is read-only."""
    db.session.commit()
    set_read_only(False)


@contextmanager
def short_lock_timeout() -> Iterator[None]:
    """Let the single UPDATE inside give up, and undo it, if it would wait more than 50 ms for a lock."""
    # Both settings end with the transaction: a connection returns to the pool with its usual timeout.
    is_sqlite = db.engine.dialect.name == "sqlite"
    connection = db.session.connection()
    connection.exec_driver_sql("PRAGMA busy_timeout = 50" if is_sqlite else "SET LOCAL lock_timeout = '50ms'")
    try:
        yield
    finally:
        db.session.rollback()


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the database inside in one snapshot, however long that takes, without making writers wait.

    Each snapshot occupies one of the server's few threads. In a request, raises ConcurrencyLimitReached if too many are
    in progress; other callers wait for them.
    """
    with _readers.entered(waits=not has_request_context()):
        db.session.rollback()
        with read_only():
            options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
            allow_long_statements(db.session.connection(execution_options=options))
            yield
            db.session.rollback()


def refresh_planner_statistics() -> None:
    """Let SQLite update its statistics of tables that changed a lot: a query plan is only as good as those.

    PostgreSQL does so by itself.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.execute(sa.text("PRAGMA optimize"))


def take_advisory_lock(name: str) -> None:
    """Take an advisory lock: wait until no other transaction holds this name, and hold it until ours ends.

    For counting before adding, where there is no single row to lock. On SQLite writers take turns anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def insert_if_missing(model: type[Any], **values: Any) -> bool:
    """Insert a row unless one with the same unique key exists. Returns whether this call inserted it."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    # The inserted row's own key is returned, since PostgreSQL provides no row count for an INSERT.
    made = insert(model).values(**values).on_conflict_do_nothing().returning(*sa.inspect(model).primary_key)
    return db.session.execute(made).first() is not None


def update_rows(statement: Update | Delete) -> int:
    """Carry out an UPDATE or DELETE, and return how many rows it changed: of a conditional one for a row, one or none.

    Objects in the session are not told: they are read again, or no longer needed.
    """
    return affected_rows(db.session.execute(statement.execution_options(synchronize_session=False)))


def update_returning(statement: UpdateBase) -> Result[Any]:
    """Carry out an UPDATE or DELETE, and return the rows of its RETURNING. Objects in the session are not told."""
    return db.session.execute(statement.execution_options(synchronize_session=False))


def affected_rows(result: Any) -> int:
    """Return how many rows a statement changed: for a conditional UPDATE, one or none."""
    return int(result.rowcount)


@sa.event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later is refused at once when another has written in between, and no
    # timeout covers that. So what may write takes the lock from the start, and waits its turn.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _only_reads.get() else "BEGIN IMMEDIATE")
