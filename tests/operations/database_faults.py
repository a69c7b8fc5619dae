"""Real faults of a database, each for the duration of its `with` block; and the databases that can have them."""

import resource
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import event, text

from shop.database import connections
from shop.extensions import db

SIZE_LIMIT = 40_960  # bytes of a file: above SQLite's index of `-wal`, and below a product's data
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def drop_connections(app):
    """Discard the pooled connections."""
    with app.app_context():
        db.engine.dispose()


def postgresql_url(app):
    """Return the URL with which a driver reaches PostgreSQL without the program."""
    with app.app_context():
        return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def full_file(app):
    """Keep the file from growing by a page."""

    def set_up(connection, _record):
        connection.execute("PRAGMA max_page_count = 1")  # as few as there are

    with app.app_context():
        engine = db.engine
    drop_connections(app)
    event.listen(engine, "connect", set_up)
    try:
        yield
    finally:
        event.remove(engine, "connect", set_up)
        drop_connections(app)


@contextmanager
def file_size_limit(size):
    """Limit the size of files, as an exhausted quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def files_cannot_grow(app):
    """Keep all files from growing, as an exhausted quota does."""
    with app.app_context():
        connections.close_connections(db.engine)
    with file_size_limit(SIZE_LIMIT):
        yield


@contextmanager
def locked_file(app):
    """Have another program hold the one lock."""
    drop_connections(app)
    with app.app_context():
        other = sqlite3.connect(db.engine.url.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


@contextmanager
def read_only_file(app):
    """Make the file read-only."""
    with app.app_context():
        engine = db.engine

    def connect(_dialect, _record, cargs, cparams):
        return sqlite3.connect(f"file:{cargs[0]}?mode=ro", uri=True, **cparams)

    drop_connections(app)
    event.listen(engine, "do_connect", connect)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", connect)
        drop_connections(app)


@contextmanager
def locked_table(app, name="products"):
    drop_connections(app)
    with psycopg.connect(postgresql_url(app)) as other:
        other.execute(f"LOCK TABLE {name} IN {'SHARE' if name == 'products' else 'ACCESS EXCLUSIVE'} MODE")
        yield


@contextmanager
def full_server(app):
    """Answer as a server whose file cannot grow, which cannot be arranged on a shared disk."""
    with psycopg.connect(postgresql_url(app), autocommit=True) as admin:
        admin.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        admin.execute("CREATE TRIGGER refused BEFORE INSERT ON products EXECUTE FUNCTION refuse()")
        try:
            yield
        finally:
            admin.execute("DROP FUNCTION refuse() CASCADE")


@contextmanager
def standby(app):
    """Make every transaction read-only, as on a server that another has replaced."""
    drop_connections(app)
    with app.app_context():
        engine, name = db.engine, db.engine.url.database
        begin = "SET LOCAL transaction_read_only = on"

    def set_up(connection):
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", set_up)
    try:
        yield name
    finally:
        event.remove(engine, "begin", set_up)


def database_file(app):
    with app.app_context():
        return Path(db.engine.url.database)


@contextmanager
def read_only_database(app):
    """Make every new session read-only, and end the existing ones; pages in between open their own."""
    with app.app_context():
        name = db.engine.url.database
    with psycopg.connect(postgresql_url(app), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        end_sessions(admin)
        try:
            yield
        finally:
            admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


def end_sessions(admin):
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


@contextmanager
def missing_table(app):
    """Remove a table that the program needs."""
    rename_table(app, "products", "elsewhere")
    try:
        yield
    finally:
        rename_table(app, "elsewhere", "products")


def rename_table(app, table, name):
    drop_connections(app)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


@contextmanager
def missing_rights(app):
    """Make the program's user one without any privilege."""
    role = f"shop_nobody_{token_hex(4)}"
    with app.app_context():
        engine = db.engine

    def set_up(connection):
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}")

    with psycopg.connect(postgresql_url(app), autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role}")
        event.listen(engine, "begin", set_up)
        try:
            yield
        finally:
            event.remove(engine, "begin", set_up)
            admin.execute(f"DROP ROLE {role}")


# The messages to people about each, as they read them, and the seconds after which they may try again.
MESSAGES = {
    "full": ("The store's disk is full, so nothing can be saved. Nothing was changed", "120"),
    "busy": ("The store is very busy right now. Nothing was changed", "5"),
    "not writable": ("Changes can't be saved right now. Nothing was changed", "60"),
    "unreachable": ("The store's database can't be reached right now. Please try again in a moment", "10"),
    "damaged": ("The store's database is damaged. Please stop working", "600"),
    "not set up": ("The store's database isn't set up.", "120"),
    "not accessible (no permission)": (
        "The store doesn't have permission to use its database. Nothing was changed",
        "120",
    ),
}
NO_TABLE = {"sqlite": "SQLITE_ERROR OperationalError: no such table: ", "postgresql": "42P01 UndefinedTable: relation "}
FAULTS = [
    pytest.param("sqlite", full_file, "full", "SQLITE_FULL", id="full"),
    pytest.param("sqlite", files_cannot_grow, "full", "SQLITE_IOERR_WRITE", id="cut off"),
    pytest.param("sqlite", locked_file, "busy", "SQLITE_BUSY", id="locked"),
    pytest.param("sqlite", read_only_file, "not writable", "SQLITE_READONLY", id="read-only"),
    pytest.param("postgresql", locked_table, "busy", "55P03", id="locked table"),
    pytest.param("postgresql", full_server, "full", "53100", id="full server"),
    pytest.param("postgresql", standby, "not writable", "25006", id="standby"),
    pytest.param("postgresql", missing_rights, "not accessible (no permission)", "42501 Insuff", id="rights"),
    *[pytest.param(one, missing_table, "not set up", NO_TABLE[one], id=f"{one} table") for one in NO_TABLE],
]
