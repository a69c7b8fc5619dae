"""A connection that is closed or refused, and a disk that fails: each is named for what it is."""

import sqlite3
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError

from shop.database.faults import FaultKind, classify_fault, describe_fault
from shop.extensions import db
from tests.catalogue.form_helpers import NEW, fields_of
from tests.conftest import browser_of, make_app
from tests.operations.database_faults import MESSAGES, POSTGRESQL, end_sessions, postgresql_url
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.usefixtures("hurried")


@POSTGRESQL
def test_a_connection_that_is_ended_within_a_page_is_away(app, client, sink, said):
    sign_in(app, client, sink, STAFF)

    def end(_session, _context):
        with psycopg.connect(url, autocommit=True) as other:
            end_sessions(other)

    url = postgresql_url(app)
    client.get("/products/new")
    fields = fields_of(client, "/products/new") | NEW
    event.listen(db.session, "before_flush", lambda session, context, _rows: end(session, context), once=True)
    answer = client.post("/products/new", data=fields)

    assert answer.status_code == 503
    assert MESSAGES["unreachable"][0] in client.page.get_text()
    assert client.post("/products/new", data=fields).status_code == 303
    lines = [one.partition(":")[0] for one in said()]
    assert lines == ["the database is unreachable", "the database is no longer unreachable"]


@POSTGRESQL
@pytest.mark.parametrize("is_noticed", [False, True], ids=["by its server", "as the driver knows"])
def test_a_connection_that_is_ended_as_it_is_taken_is_away(app, client, sink, said, is_noticed):
    sign_in(app, client, sink, OWNER)
    url, path = postgresql_url(app), "/stock/check"
    fields = {"csrf_token": client.token("/stock")}
    taken = []

    def end(connection, _record, _proxy):
        taken.append(connection)
        if len(taken) == 2:  # after the signed-in person was read
            with psycopg.connect(url, autocommit=True) as other:
                end_sessions(other)
            if is_noticed:
                connection.pgconn.finish()

    with app.app_context():
        pool = db.engine.pool
    event.listen(pool, "checkout", end)
    answer = client.post(path, data=fields)
    event.remove(pool, "checkout", end)

    assert (answer.status_code, len(taken)) == (503, 2)
    assert MESSAGES["unreachable"][0] in client.page.get_text()
    assert client.post(path, data=fields).status_code == 200
    lines = [one.partition(":")[0] for one in said()]
    assert lines == ["the database is unreachable", "the database is no longer unreachable"]


def test_why_there_is_no_connection_is_named():
    engine = create_engine("postgresql+psycopg://postgres@127.0.0.1:1/nothing", connect_args={"connect_timeout": 1})
    with pytest.raises(OperationalError) as caught:
        engine.connect()

    assert describe_fault(caught.value).startswith("OperationalError: connection failed")


@POSTGRESQL
def test_a_server_that_takes_no_more_connections_is_busy(app, environ, tmp_path, said):
    role = f"shop_many_{token_hex(4)}"
    with psycopg.connect(postgresql_url(app), autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")
        try:
            url = environ["DATABASE_URL"].replace("postgres@", f"{role}@")
            client = browser_of(make_app({**environ, "DATABASE_URL": url}, tmp_path))
            client.set_cookie("login", "anything", domain="127.0.0.1")
            answer = client.get("/")
        finally:
            admin.execute(f"DROP ROLE {role}")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert MESSAGES["busy"][0] in client.page.get_text()
    [line] = said()
    assert line.startswith("the database is busy: OperationalError: connection failed")


READ = {
    sqlite3.SQLITE_IOERR_READ: FaultKind.AWAY,
    sqlite3.SQLITE_IOERR_SHORT_READ: FaultKind.DAMAGED,
    sqlite3.SQLITE_IOERR_WRITE: FaultKind.FULL,
    sqlite3.SQLITE_IOERR_FSYNC: FaultKind.AWAY,
    sqlite3.SQLITE_READONLY_DIRECTORY: FaultKind.READ_ONLY,
    sqlite3.SQLITE_ERROR: None,
}


@pytest.mark.parametrize("code", READ)
def test_what_a_disk_does_not_do_is_told_by_the_code_of_sqlite(code):
    """No disk here can be made to fail in each of these ways."""
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = code

    assert classify_fault(OperationalError("SELECT 1", {}, fault)) == READ[code]
