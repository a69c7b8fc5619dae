"""Probe whether the database answers and can be read, in a thread apart from the request, which has a timeout."""

import threading

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from shop.database.outage import outages
from shop.extensions import db
from shop.single_flight import SingleFlight
from shop.transactions import read_only

TIMEOUT_SECONDS = 1.0


class DatabaseProbe(threading.Thread):
    """One probe of the database."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="probe", daemon=True)
        self.engine = engine
        self.is_answered = False

    def run(self) -> None:
        """Run the probe. Its result is known when this ends."""
        try:
            with read_only(), self.engine.connect() as connection:
                read_tables(connection)
            self.is_answered = True
        except SQLAlchemyError as fault:
            outages.note(fault)


def read_tables(connection: Connection) -> None:
    """Read real data: an answer without a page of data would hide that it is damaged.

    On SQLite the start of every table, from the file and not from a cache. On PostgreSQL only what no page and no
    migration locks.
    """
    connection.execute(text("SELECT version_num FROM alembic_version"))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA shrink_memory")
        for table in db.metadata.tables:
            connection.exec_driver_sql(f"SELECT rowid FROM {table} NOT INDEXED LIMIT 1")  # noqa: S608


_asking = SingleFlight(DatabaseProbe)


def is_answering(engine: Engine) -> bool:
    """Return whether the database answers within SECONDS. One probe at a time: concurrent callers share it."""
    return _asking.ask(engine, seconds=TIMEOUT_SECONDS).is_answered
