"""A database that is full, busy, not writable or away: page, API and log say which, the log once."""

import pytest
from sqlalchemy import func, select, text

from shop.catalogue.models.product import Product
from shop.extensions import db
from tests.catalogue.form_helpers import NEW, fields_of
from tests.operations.database_faults import (
    FAULTS,
    MESSAGES,
    POSTGRESQL,
    SQLITE,
    drop_connections,
    locked_file,
    read_only_database,
)
from tests.operations.file_modes import unreadable_folder, unwritable_file, without_root_rights
from tests.people.rule_helpers import run
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.usefixtures("hurried")
LONG = "A long story. " * 1000  # more than the free space in an empty shop's pages


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
    words, seconds = MESSAGES[kind]
    assert words in told
    assert {one.headers["Retry-After"] for one in answers} == {seconds}
    assert after.status_code == 303
    began, ended = said()
    assert began.startswith(f"the database is {kind}: {name}")
    assert ended.startswith(f"the database is no longer {kind}: 3 faults in ")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Product)) == 1


@SQLITE
def test_a_call_is_told_the_same(app, client, said):
    with locked_file(app):
        answer = client.post("/api/auth/passwordless", json={"identifier": STAFF})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["error"]["message"].startswith(MESSAGES["busy"][0])
    assert len(said()) == 1


@pytest.mark.both_databases
def test_a_statement_that_is_wrong_is_no_outage(app, client, sink, said):
    sign_in(app, client, sink, STAFF)
    change(app, "ALTER TABLE products RENAME COLUMN vendor TO elsewhere")

    answer = client.get("/products")

    change(app, "ALTER TABLE products RENAME COLUMN elsewhere TO vendor")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (500, None)
    [line] = said()
    assert line.startswith("fault in GET /products ")


def change(app, statement):
    drop_connections(app)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(statement))


@SQLITE
def test_nothing_but_the_one_line_is_said_where_there_is_no_page_either(app, client, sink, said):
    sign_in(app, client, sink, STAFF)

    with unreadable_folder(app):
        answers = [client.get(path).status_code for path in ("/nothing-here", "/orders/x", "/healthz", "/")]

    assert answers == [404, 404, 503, 503]
    [line] = said()
    assert line.startswith("the database is unreachable: ")


@POSTGRESQL
def test_pages_open_where_nothing_can_be_written(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    clock(minutes=2)  # `last seen` is due

    with read_only_database(app):
        assert [client.get(path).status_code for path in ("/", "/products")] == [200, 200]


@POSTGRESQL
def test_a_command_names_a_database_that_may_only_be_read(app):
    with read_only_database(app):
        done = run(app, "people", "allow", "new@elsewhere.example", "--role", "staff")

    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "read-only transaction. Run `flask doctor` for details." in done.stderr
    assert "has no access" in run(app, "people", "why", "new@elsewhere.example").stdout


def borrow_some(app):
    """Put several connections into the pool."""
    with app.app_context():
        for one in [db.engine.raw_connection() for _ in range(3)]:
            one.close()


MADE_READ_ONLY = [("sqlite", unwritable_file), ("postgresql", read_only_database)]


@pytest.mark.parametrize(("database_url", "fault"), MADE_READ_ONLY, indirect=["database_url"])
def test_what_was_read_only_recovers_without_a_restart(app, client, sink, fault):
    sign_in(app, client, sink, STAFF)
    client.get("/products/new")
    fields = fields_of(client, "/products/new") | NEW

    with without_root_rights():
        with fault(app):
            borrow_some(app)
            during = [client.post("/products/new", data=fields), client.get("/products")]
        after = client.post("/products/new", data=fields)

    assert [one.status_code for one in (*during, after)] == [503, 200, 303]
