"""How a migration on PostgreSQL waits for locks, such as a running dump's: it names the holder and has a timeout."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("shop.migrations")
SAYING_SECONDS = 10.0  # before it says what it waits for
TURN_SECONDS = 600  # for another process that migrates
TABLE_SECONDS = 60  # for a table; every reader of the table queues behind this wait
WHO = sa.text(
    "SELECT application_name, pid, state FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids(:waiting)) LIMIT 1"
)


def set_lock_timeout(connection: sa.Connection, seconds: float) -> None:
    """Set the lock timeout of a transaction's statements, in seconds."""
    connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{seconds:g}s", True)))


@contextmanager
def log_lock_waits(connection: sa.Connection) -> Iterator[None]:
    """Log once which process holds the lock, if the statements inside wait for long."""
    own, over = connection.connection.driver_connection.info.backend_pid, threading.Event()  # type: ignore[union-attr]
    watch = threading.Thread(target=_watch, args=(connection.engine, own, over), name="waiting", daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(engine: sa.Engine, waiting: int, over: threading.Event) -> None:
    while not over.wait(SAYING_SECONDS):
        try:
            with engine.connect() as connection:
                who = connection.execute(WHO, {"waiting": waiting}).first()
        except SQLAlchemyError:
            continue  # the migration meets the same fault, and reports it
        if who:
            name = who.application_name or "another program"
            log.warning("the migration waits for %s (process %s of the database, %s)", name, who.pid, who.state)
            return
