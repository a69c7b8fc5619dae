"""A database that is damaged: page, health check and log say so, the log once."""

import gc
import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from shop import database
from shop.extensions import db
from shop.outage import TOLD, Kind, kind_of, name_of
from tests.cast import STAFF
from tests.front_door import sign_in
from tests.operations.faults import POSTGRESQL, SQLITE, file_of, setting_of_the_database
from tests.people.ruling import run

pytestmark = pytest.mark.usefixtures("hurried")
PAGE = 4096


def overwrite(file, start):
    """Damage a file from there on, in the middle of what runs; its length stays."""
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xa5" * (file.stat().st_size - start))


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


@SQLITE
def test_a_command_names_damage_in_a_sentence(app):
    with app.app_context():
        database.close(db.engine)
    overwrite(file_of(app), 0)

    done = run(app, "people", "list")

    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert done.stderr == "Error: The database cannot be used: file is not a database. `flask doctor` says more.\n"


@POSTGRESQL
def test_a_command_names_a_database_that_may_only_be_read(app):
    with setting_of_the_database(app):
        done = run(app, "people", "allow", "new@elsewhere.example", "--role", "staff")

    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "read-only transaction. `flask doctor` says more." in done.stderr
    assert "may not enter" in run(app, "people", "why", "new@elsewhere.example").stdout


@SQLITE
def test_a_statement_that_is_wrong_keeps_no_lock(app, client):
    """Not even while what it was caught with lives, as until the collector of garbage looks."""
    with app.app_context():
        db.session.execute(text("CREATE TRIGGER odd BEFORE INSERT ON sign_in_requests BEGIN SELECT abs(-1 << 63); END"))
        db.session.commit()
    gc.disable()
    try:
        answer = client.submit("/sign-in", {"email": STAFF})
        with closing(sqlite3.connect(file_of(app), timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
    finally:
        gc.enable()

    assert answer.status_code == 500


@SQLITE
def test_a_connection_that_is_given_up_keeps_no_lock(app):
    gc.disable()
    try:
        with app.app_context():
            db.session.execute(text("CREATE TABLE odd (number INTEGER)"))
            with pytest.raises(OperationalError) as caught:
                db.session.execute(text("ATTACH '/nowhere/at/all' AS other"))
            with closing(sqlite3.connect(file_of(app), timeout=0, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
    finally:
        gc.enable()

    assert kind_of(caught.value) == Kind.AWAY


def test_why_there_is_no_connection_is_named():
    engine = create_engine("postgresql+psycopg://postgres@127.0.0.1:1/nothing", connect_args={"connect_timeout": 1})
    with pytest.raises(OperationalError) as caught:
        engine.connect()

    assert name_of(caught.value).startswith("OperationalError: connection failed")
