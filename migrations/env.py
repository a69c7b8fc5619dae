"""Alembic's environment: on the app's own engine, one migrating process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from shop.database import migration_locks
from shop.database.connections import allow_long_statements
from shop.database.faults import FaultKind, classify_fault, driver_message

database = current_app.extensions["migrate"].db
LOCK = 7_418_252  # any number, the same for all who migrate this database


def skip_empty(_context: Any, _revision: Any, directives: Any) -> None:
    """Write no migration where nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def make_folder() -> None:
    """Make the folder of the embedded database where nothing has run yet, for its owner alone."""
    url, instance = database.engine.url, Path(current_app.instance_path)
    if url.get_backend_name() == "sqlite" and Path(url.database).parent == instance:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)


def migrate() -> None:
    """Bring the database up to date."""
    make_folder()
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            let_tables_be_made_anew(connection)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            render_as_batch=is_sqlite,
            process_revision_directives=skip_empty,
        )
        with context.begin_transaction():
            with nullcontext() if is_sqlite else in_turn(connection):
                complete_early_orders(connection)
                context.run_migrations()
            if is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                raise CommandError("A row refers to one that is not there. Nothing was changed.")


@contextmanager
def in_turn(connection: Connection) -> Iterator[None]:
    """Wait for others who migrate, and say for whom else; who waits for a table keeps every page of it waiting, too."""
    allow_long_statements(connection, seconds=None)
    with migration_locks.log_lock_waits(connection):
        migration_locks.set_lock_timeout(connection, migration_locks.TURN_SECONDS)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        migration_locks.set_lock_timeout(connection, migration_locks.TABLE_SECONDS)
        yield


def complete_early_orders(connection: Connection) -> None:
    """Add the index that 0010 gained after it had landed: 0011 takes it away, and fails where it never was."""
    if context.get_context().get_current_revision() == "0010":
        columns = "currency, cancelled_at, placed_at, total"
        connection.execute(text(f"CREATE INDEX IF NOT EXISTS ix_orders_sales ON orders ({columns})"))


def let_tables_be_made_anew(connection: Connection) -> None:
    """Have SQLite look at foreign keys when all is done, and not on the way.

    It changes a column by making the table anew, and others may refer to its rows (sqlite.org/lang_altertable.html, 7).
    The switch does nothing inside a transaction, and SQLAlchemy would begin one: so it is the driver that is told. The
    connection is closed afterwards, and no page ever gets it.
    """
    connection.detach()
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys = OFF")


try:
    migrate()
except SQLAlchemyError as fault:
    if classify_fault(fault) is None and not isinstance(fault, OperationalError):
        raise
    if classify_fault(fault) is FaultKind.BUSY:
        how = "Nothing was changed; wait for it, or end it, and start again."
        raise CommandError(f"Another program, such as a dump, holds what is to be changed. {how}") from None
    raise CommandError(f"The database can't be used: {driver_message(fault)}.") from None
except OSError as fault:
    raise CommandError(f"The folder {fault.filename} cannot be made: {fault.strerror}.") from None
