"""Connections to the database: their settings, their timeouts, and the state in which they return to the pool."""

import gc
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from shop.database import sqlite_file
from shop.database.faults import FaultKind, classify_fault
from shop.database.postgresql_connection import TCP, TimedConnection
from shop.database.sqlite_file import may_write

BUSY_TIMEOUT = 10_000  # milliseconds that a writer waits for another on SQLite
CLOSE_SECONDS = 0.1  # seconds, the same while a process ends
CONNECT_SECONDS = 3  # a database host that is off the network must not block a page for minutes
LOCK_SECONDS = 4  # that a page's statement on PostgreSQL waits for a lock
STATEMENT_SECONDS = 10  # statement timeout of a page
ANSWER_SECONDS = STATEMENT_SECONDS + 1  # after which the server counts as silent: it should have cancelled by itself
PING_SECONDS = 1.5  # the same for a connection that is taken from the pool
IDLE_SECONDS = 60  # that a transaction may hold locks while it is idle
EXPORT_SECONDS = 600  # instead of both where much is read or written, or a client downloads slowly
LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
TRANSACTION_TIMEOUT = 170_000  # the first version of PostgreSQL that has it
SENDERS = 10  # connections beyond the pages' own: the email worker sends eight emails in parallel, and there is a probe

STAYING = {
    FaultKind.READ_ONLY,
    FaultKind.AWAY,
    FaultKind.DAMAGED,
}  # after these faults a connection stays usable once the database has recovered
_given_up = {"at": 0.0, "collected": 0.0}  # when file connections were last discarded; no older one returns to the pool


def engine_options(url: str, *, is_limited: bool, threads: int) -> dict[str, Any]:
    """Return SQLAlchemy's settings: no value of a row in any error text, and no endless wait for a server.

    Unless `is_limited`, as in a command, statements have no timeout. The pool has a connection for every thread that
    answers requests, whatever else runs.
    """
    found: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True, "pool_timeout": STATEMENT_SECONDS}
    found |= {"pool_size": threads, "max_overflow": SENDERS}
    if url.startswith("postgresql"):
        found["connect_args"] = {"connect_timeout": CONNECT_SECONDS, "is_limited": is_limited, **TCP}
    return found


def close_connections(engine: sa.Engine) -> str:
    """Close every connection as a process ends, with a checkpoint on SQLite. Returns a sentence if that failed.

    If another process uses the file, the checkpoint is left to it: an ending process does not wait for others.
    """
    was_used = engine.pool.checkedin()  # type: ignore[attr-defined]
    engine.dispose()
    file = get_sqlite_file(engine)
    return sqlite_file.checkpoint(file, seconds=CLOSE_SECONDS) if file and was_used else ""


def get_sqlite_file(engine: sa.Engine) -> Path | None:
    """Return SQLite's file; None on PostgreSQL."""
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None


def allow_long_statements(connection: sa.Connection, *, seconds: int | None = EXPORT_SECONDS) -> None:
    """Raise the statement timeout of a transaction above a page's; with None, remove it and the lock timeout."""
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, TimedConnection) or not driver.is_limited:
        return
    names = ["statement_timeout", "idle_in_transaction_session_timeout", *([] if seconds else ["lock_timeout"])]
    longer = [sa.func.set_config(name, f"{seconds or 0}s", True) for name in names]
    connection.execute(sa.select(*longer))
    driver.seconds = seconds


def follow_file_mode(file: Path) -> None:
    """Discard connections that were opened while SQLite's file was read-only.

    SQLite gives the files beside it the mode that the file has at the time, and never checks it again. They would keep
    the shop read-only after the file has become writable.
    """
    sqlite_file.create_for_folder_owner(file)
    if os.path.exists(file) and not may_write(file):
        _given_up["at"] = time()
        return
    if _given_up["at"] > _given_up["collected"]:
        # SQLite keeps a closed connection open as long as one of its cursors lives, as in a traceback's frames.
        gc.collect()
        _given_up["collected"] = time()
    for beside in (Path(f"{file}-wal"), Path(f"{file}-shm")):
        if os.path.exists(beside) and not may_write(beside):
            with suppress(OSError):
                beside.chmod(file.stat().st_mode & 0o777)


@sa.event.listens_for(sa.Engine, "handle_error")
def _give_up(context: sa.engine.ExceptionContext) -> None:
    """Discard a connection after a fault that stays with it, so that no later transaction gets it.

    SQLite shares a connection's findings about a file, such as its mode, with all others of the process.
    """
    fault = context.sqlalchemy_exception
    kind = classify_fault(fault) if isinstance(fault, SQLAlchemyError) else None
    if context.is_pre_ping or kind not in STAYING:
        return
    context.is_disconnect = True
    if context.engine is not None and context.dialect.name == "sqlite" and kind is not FaultKind.AWAY:
        _given_up["at"] = time()
        context.engine.dispose()


@sa.event.listens_for(sa.Pool, "invalidate")
def _let_go(connection: Any, _record: Any, _fault: Any) -> None:
    """Release locks: SQLite keeps a closed connection open, with its locks, while one of its cursors lives."""
    if isinstance(connection, sqlite3.Connection):
        with suppress(sqlite3.Error):
            connection.rollback()


@sa.event.listens_for(sa.Engine, "do_connect")
def _connect(dialect: sa.Dialect, _record: Any, cargs: Any, cparams: Any) -> Any:
    if dialect.name == "sqlite":
        follow_file_mode(Path(cargs[0]))
    if dialect.driver != "psycopg":
        return None
    return TimedConnection.made(*cargs, **{"is_limited": False, **cparams})


@sa.event.listens_for(sa.Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    _restore(connection, None)
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the driver must not begin anything by itself: see extensions.py
        connection.execute("PRAGMA journal_mode = WAL")
        return
    # JIT compilation pays off in a report of seconds. A page's statement stops at the first matching rows, but
    # PostgreSQL expects it to read all, and would compile for 0.1 s what takes 1 ms. The driver can parse times in no
    # other style, whatever the user's or the database's default.
    settings = {"jit": "off", "datestyle": "ISO", "client_encoding": "UTF8"}
    # Set even where there is no limit: otherwise the user's or the database's own would end a command halfway.
    limits = (LOCK_SECONDS, STATEMENT_SECONDS, IDLE_SECONDS) if connection.is_limited else (0, 0, 0)
    settings |= {name: f"{seconds}s" for name, seconds in zip(LIMITS, limits, strict=True)}
    if connection.info.server_version >= TRANSACTION_TIMEOUT:
        settings["transaction_timeout"] = "0"
    connection.execute("; ".join(f"SET {name} = '{value}'" for name, value in settings.items()))
    connection.commit()


@sa.event.listens_for(sa.Pool, "checkout")
def _lend(connection: Any, _record: Any, _proxy: Any) -> None:
    if isinstance(connection, TimedConnection):
        connection.seconds = ANSWER_SECONDS if connection.is_limited else None


@sa.event.listens_for(sa.Pool, "checkin")
def _restore(connection: Any, record: Any) -> None:
    """Undo a transaction's own settings: the next one gets a connection like a new one."""
    if isinstance(connection, sqlite3.Connection) and record and record.starttime <= _given_up["at"]:
        record.invalidate()
    elif isinstance(connection, sqlite3.Connection):
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT}",
            "synchronous = FULL",  # NORMAL may lose the last commits in a power failure: a spent link would work again
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
    elif isinstance(connection, TimedConnection):
        connection.seconds = PING_SECONDS
