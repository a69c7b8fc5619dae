"""Alembic's environment: on the app's own engine, one migrating process at a time."""

from typing import Any

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

database = current_app.extensions["migrate"].db
LOCK = 7_418_252  # any number, the same for all who migrate this database


def skip_empty(_context: Any, _revision: Any, directives: Any) -> None:
    """Write no migration where nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def migrate() -> None:
    """Bring the database up to date."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
            process_revision_directives=skip_empty,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()


try:
    migrate()
except OperationalError as fault:
    raise CommandError(f"The database cannot be used: {fault.orig}".strip()) from None
