"""A damaged database: page, health check and log say so, the log once."""

import re

import pytest
from sqlalchemy import event, text

from shop.database import connections
from shop.extensions import db
from tests.operations.database_faults import MESSAGES, POSTGRESQL, SQLITE, database_file
from tests.operations.programs import run_flask
from tests.people.rule_helpers import run
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.usefixtures("hurried")
PAGE = 4096


def overwrite(file, start):
    """Damage a file from there on while it is in use; its length stays."""
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xa5" * (file.stat().st_size - start))


@SQLITE
@pytest.mark.parametrize("start", [0, PAGE], ids=["whole file", "all but the first page"])
def test_damage_is_named_once_and_the_health_check_notices(app, client, sink, said, start):
    sign_in(app, client, sink, STAFF)
    with app.app_context(), db.engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    overwrite(database_file(app), start)
    answers = [client.get(path) for path in ("/healthz", "/", "/products", "/healthz")]

    assert {one.status_code for one in answers} == {503}
    assert MESSAGES["damaged"][0] in answers[1].get_data(as_text=True).replace("&#39;", "'")
    [line] = said()  # a connection that knows the file calls it corrupt, a new one calls it no database
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
        connections.close_connections(db.engine)
    overwrite(database_file(app), 0)

    done = run(app, "people", "list")

    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert done.stderr == "Error: The database can't be used: file is not a database. Run `flask doctor` for details.\n"


@SQLITE
def test_the_doctor_finds_a_single_damaged_page(app):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (line TEXT)"))
        connection.execute(text("INSERT INTO notes VALUES (:line)"), [{"line": "x" * 1000}] * 100)
        [page] = connection.execute(text("SELECT max(pageno) FROM dbstat WHERE name = 'notes'")).scalars()
    with app.app_context():
        connections.close_connections(db.engine)
    assert "damaged" not in run(app, "doctor").stdout

    with database_file(app).open("r+b") as opened:
        opened.seek((page - 1) * PAGE)
        opened.write(b"\xa5" * PAGE)

    done = run(app, "doctor")
    assert done.exit_code == 1
    assert "ERROR The database is damaged.\n      SQLite says: " in done.stdout
    assert "Stop the shop and restore the latest backup." in done.stdout


@SQLITE
def test_an_upgrade_names_damage_in_a_sentence(environ, app):
    with app.app_context():
        connections.close_connections(db.engine)
    overwrite(database_file(app), 0)

    done = run_flask("db", "upgrade", **environ)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].endswith("The database can't be used: file is not a database.")
