"""A database that is full, busy, not writable, away or damaged: page, call and log say which, the log once."""

import ctypes
import logging
import os
import re
import resource
import sqlite3
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, func, inspect, select

from shop import database, outage
from shop.catalogue.product import Product
from shop.extensions import db
from shop.operations import storage
from shop.outage import TOLD, Kind, outages
from tests.cast import STAFF
from tests.catalogue.typed import NEW, fields_of
from tests.front_door import sign_in
from tests.people.ruling import entries, run

LONG = "A long story. " * 1000  # it takes more room than there is in the pages of an empty shop
LARGEST = 40_960  # bytes of a file: SQLite's index of what is in `-wal` is smaller, what a product takes is more
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Nobody waits for long, and what is over is said to be so at once."""
    monkeypatch.setattr(database, "PATIENCE", 50)
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    monkeypatch.setattr(outage, "QUIET_SECONDS", 0.0)
    outages.kind = None
    yield
    outages.kind = None


@pytest.fixture
def said(caplog):
    """Give what the log says of outages."""
    caplog.set_level(logging.WARNING, "shop.requests")
    return lambda: [one.getMessage() for one in caplog.records if one.getMessage().startswith("the database")]


def refresh(app):
    """Have what comes use fresh connections."""
    with app.app_context():
        db.engine.dispose()


@contextmanager
def full(app):
    """The file may not grow by a page."""

    def set_up(connection, _record):
        connection.execute("PRAGMA max_page_count = 1")  # as few as there are

    with app.app_context():
        engine = db.engine
    refresh(app)
    event.listen(engine, "connect", set_up)
    try:
        yield
    finally:
        event.remove(engine, "connect", set_up)
        refresh(app)


@contextmanager
def cut_off(app):
    """No file may grow any more, as where a quota is used up."""
    with app.app_context():
        database.close(db.engine)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(app):
    """Another program holds the one lock."""
    refresh(app)
    with app.app_context():
        other = sqlite3.connect(db.engine.url.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


@contextmanager
def read_only(app):
    """The file may only be read."""
    with app.app_context():
        engine = db.engine

    def connect(_dialect, _record, cargs, cparams):
        return sqlite3.connect(f"file:{cargs[0]}?mode=ro", uri=True, **cparams)

    refresh(app)
    event.listen(engine, "do_connect", connect)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", connect)
        refresh(app)


@contextmanager
def locked_table(app, name="products"):
    refresh(app)
    with app.app_context():
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as other:
        other.execute(f"LOCK TABLE {name} IN {'SHARE' if name == 'products' else 'ACCESS EXCLUSIVE'} MODE")
        yield


@contextmanager
def standby(app):
    """Every transaction reads only, as on a server that another has taken over from."""
    refresh(app)
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


FAULTS = [
    pytest.param("sqlite", full, Kind.FULL, "SQLITE_FULL", id="full"),
    pytest.param("sqlite", cut_off, Kind.READ_ONLY, "SQLITE_IOERR_WRITE", id="cut off"),
    pytest.param("sqlite", locked, Kind.BUSY, "SQLITE_BUSY", id="locked"),
    pytest.param("sqlite", read_only, Kind.READ_ONLY, "SQLITE_READONLY", id="read-only"),
    pytest.param("postgresql", locked_table, Kind.BUSY, "55P03", id="locked table"),
    pytest.param("postgresql", standby, Kind.READ_ONLY, "25006", id="standby"),
]


@pytest.mark.parametrize(("database_url", "fault", "kind", "name"), FAULTS, indirect=["database_url"])
def test_page_and_log_name_the_fault_once(app, client, sink, said, fault, kind, name):
    sign_in(app, client, sink, STAFF)
    client.get("/products/new")
    fields = fields_of(client, "/products/new") | NEW | {"description": LONG}

    with fault(app):
        answers = [client.post("/products/new", data=fields) for _ in range(3)]
        told = client.page.get_text()
    after = client.post("/products/new", data=fields)

    assert {one.status_code for one in answers} == {503}
    assert TOLD[kind].sentence in told
    assert {one.headers["Retry-After"] for one in answers} == {str(TOLD[kind].seconds)}
    assert after.status_code == 303
    began, ended = said()
    assert began.startswith(f"the database is {kind}: {name}")
    assert ended.startswith(f"the database is no longer {kind}: 3 faults in ")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Product)) == 1


@POSTGRESQL
def test_a_connection_that_is_ended_within_a_page_is_away(app, client, sink, said):
    sign_in(app, client, sink, STAFF)

    def end(_session, _context):
        with psycopg.connect(url, autocommit=True) as other:
            end_sessions(other)

    with app.app_context():
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    client.get("/products/new")
    fields = fields_of(client, "/products/new") | NEW
    event.listen(db.session, "before_flush", lambda session, context, _rows: end(session, context), once=True)
    answer = client.post("/products/new", data=fields)

    assert answer.status_code == 503
    assert TOLD[Kind.AWAY].sentence in client.page.get_text()
    assert client.post("/products/new", data=fields).status_code == 303
    assert [one.partition(":")[0] for one in said()] == ["the database is away", "the database is no longer away"]


@SQLITE
def test_a_call_is_told_the_same(app, client, said):
    with locked(app):
        answer = client.post("/api/auth/passwordless", json={"identifier": STAFF})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["error"]["message"] == TOLD[Kind.BUSY].sentence
    assert len(said()) == 1


def test_a_statement_that_is_wrong_is_no_outage(app, client, said):
    with app.app_context():
        assert outages.explain(ValueError("of ours")) is False
    assert said() == []


CAPABILITIES = 0x20080522  # of Linux, _LINUX_CAPABILITY_VERSION_3
PASSES_BY_MODES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


@contextmanager
def obedient():
    """Heed the modes of files even as root, as a server's user does."""
    libc, head = ctypes.CDLL(None, use_errno=True), (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    had, less = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    assert libc.capget(head, had) == 0
    less[:] = [had[0] & ~PASSES_BY_MODES, *had[1:]]
    assert libc.capset(head, less) == 0
    try:
        yield
    finally:
        assert libc.capset(head, had) == 0


def file_of(app):
    with app.app_context():
        return Path(db.engine.url.database)


@contextmanager
def mode_of_the_file(app):
    """The shop begins while its file may only be read; the file's mode alone is put right in the end."""
    with app.app_context():
        database.close(db.engine)
    os.chmod(file_of(app), 0o444)
    yield
    os.chmod(file_of(app), 0o644)


@contextmanager
def setting_of_the_database(app):
    """Every new session reads only, and those that were there are ended; pages of the meantime begin their own."""
    with app.app_context():
        url = db.engine.url.set(drivername="postgresql")
    name = url.database
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as admin:
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


def borrow_some(app):
    """Have several connections in the pool."""
    with app.app_context():
        for one in [db.engine.raw_connection() for _ in range(3)]:
            one.close()


MADE_READ_ONLY = [("sqlite", mode_of_the_file), ("postgresql", setting_of_the_database)]


@pytest.mark.parametrize(("database_url", "fault"), MADE_READ_ONLY, indirect=["database_url"])
def test_what_was_read_only_recovers_without_a_restart(app, client, sink, fault):
    sign_in(app, client, sink, STAFF)
    client.get("/products/new")
    fields = fields_of(client, "/products/new") | NEW

    with obedient():
        with fault(app):
            borrow_some(app)
            during = [client.post("/products/new", data=fields), client.get("/products")]
        after = client.post("/products/new", data=fields)

    assert [one.status_code for one in (*during, after)] == [503, 200, 303]


def overwrite(file, start):
    """Damage a file from there on, in the middle of what runs; its length stays."""
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xa5" * (file.stat().st_size - start))


PAGE = 4096


@SQLITE
@pytest.mark.parametrize("start", [0, PAGE], ids=["whole file", "all but the first page"])
def test_damage_is_named_once_and_the_health_check_notices(app, client, sink, said, start):
    sign_in(app, client, sink, STAFF)
    with app.app_context(), db.engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    overwrite(file_of(app), start)
    answers = [client.get(path) for path in ("/healthz", "/", "/products", "/healthz")]

    assert {one.status_code for one in answers} == {503}
    assert TOLD[Kind.DAMAGED].sentence in answers[1].get_data(as_text=True).replace("&#39;", "'")
    [line] = said()  # a connection that knows the file calls it corrupt, one that opens it anew no database
    assert re.fullmatch(r"the database is damaged: SQLITE_(CORRUPT|NOTADB) DatabaseError", line)


@POSTGRESQL
def test_damage_of_postgresql_is_the_same(app, client, sink, said):
    sign_in(app, client, sink, STAFF)

    def meet(_connection, _cursor, statement, parameters, _context, _many):
        raised = "DO $$ BEGIN RAISE EXCEPTION 'invalid page' USING ERRCODE = 'XX001'; END $$"
        return (raised, None) if "FROM products" in statement else (statement, parameters)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", meet, retval=True)
    answer = client.get("/products")
    event.remove(engine, "before_cursor_execute", meet)

    assert answer.status_code == 503
    assert said() == ["the database is damaged: XX001 DataCorrupted"]


def lock_of_owners(app):
    """The table of the rules is locked, which the doctor reads."""
    return locked_table(app, "rules")


EXAMINED = [
    *[pytest.param(*row.values[:3], id=row.id) for row in FAULTS if row.id != "locked table"],
    pytest.param("postgresql", lock_of_owners, Kind.BUSY, id="locked rules"),
    pytest.param("sqlite", mode_of_the_file, Kind.READ_ONLY, id="mode"),
    pytest.param("postgresql", setting_of_the_database, Kind.READ_ONLY, id="setting"),
]


@pytest.mark.parametrize(("database_url", "fault", "kind"), EXAMINED, indirect=["database_url"])
def test_the_doctor_names_the_fault_and_changes_nothing(app, fault, kind):
    before = len(entries(app))

    with obedient(), fault(app):
        during = run(app, "doctor")
    after = run(app, "doctor")

    assert during.exit_code == 1
    assert f"WRONG The database is {kind}." in during.stdout
    assert "Check DATABASE_URL" not in during.stdout
    assert "WRONG The database" not in after.stdout
    assert len(entries(app)) == before
    with app.app_context():
        assert not [name for name in inspect(db.engine).get_table_names() if name.startswith("doctor")]


@SQLITE
def test_the_doctor_sees_a_disk_that_is_nearly_full(app, monkeypatch):
    monkeypatch.setattr(storage, "ROOM", 1 << 60)

    done = run(app, "doctor")

    assert done.exit_code == 1
    assert "WRONG The disk is nearly full." in done.stdout
