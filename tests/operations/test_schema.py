"""A database that lacks what the models need: no start, and a sentence. Additional objects are harmless."""

import pytest
from sqlalchemy import text

from shop.extensions import db
from shop.operations import schema_check
from tests.live_server import find_free_port
from tests.operations.programs import run_flask
from tests.people.rule_helpers import entries
from tests.people.rule_helpers import run as command
from tests.processes import run_module

INDEX = "ix_customers_accepts_marketing"


@pytest.fixture
def connection(app):
    """A connection whose changes, even of tables, are rolled back after the test."""
    with app.app_context(), db.engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def lacks_index(app):
    """The app's database without one index; it is restored for the next test."""
    change(app, f"DROP INDEX {INDEX}")
    yield
    change(app, f"CREATE INDEX {INDEX} ON customers (accepts_marketing, id)")


def change(app, statement):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(statement))


LOSSES = {
    "DROP TABLE sales_days": ["table sales_days"],
    "ALTER TABLE letters DROP COLUMN attempts": ["column letters.attempts"],
    "DROP INDEX ix_orders_sales": ["index ix_orders_sales of orders"],
    "ALTER TABLE presses RENAME TO earlier": ["table presses"],
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_missing_is_named(connection, loss):
    connection.execute(text(loss))

    assert schema_check.list_missing(connection) == LOSSES[loss]


def test_an_index_over_other_columns_is_missing(connection):
    connection.execute(text("DROP INDEX ix_orders_sales"))
    connection.execute(text("CREATE INDEX ix_orders_sales ON orders (currency)"))

    assert schema_check.list_missing(connection) == ["index ix_orders_sales of orders"]


def test_keys_types_and_constraints_are_compared(connection):
    connection.execute(text("DROP TABLE grants"))
    columns = ", ".join(
        f"{name} {'VARCHAR(9)' if name == 'scope' else kind}"
        for name, kind in ((one.name, one.type.compile(db.engine.dialect)) for one in db.metadata.tables["grants"].c)
    )
    connection.execute(text(f"CREATE TABLE grants ({columns})"))

    found = schema_check.list_missing(connection)
    named = (
        "column grants.scope of type VARCHAR(200)",
        "column grants.scope set to NOT NULL",
        "primary key id of grants",
    )
    assert set(named) <= set(found)
    assert "constraint uq_grants_code_id of grants" in found
    assert "constraint fk_grants_person_id_people of grants" in found


def test_what_the_administrator_added_is_no_lack(connection):
    for own in (
        "CREATE TABLE notes (id INTEGER)",
        "ALTER TABLE orders ADD COLUMN remark VARCHAR(20)",
        "CREATE INDEX own ON orders (total, currency)",
        "CREATE INDEX of_words ON customers (lower(email))",
        "CREATE VIEW spent AS SELECT id, spent FROM customers",
    ):
        connection.execute(text(own))

    assert schema_check.list_missing(connection) == []


@pytest.mark.usefixtures("lacks_index")
def test_a_server_does_not_start_and_says_what_is_missing(environ):
    done = run_module("shop.operations.server", **environ, PORT=find_free_port(), LOG_LEVEL="WARNING")

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("Not started. The database does not match the program. ")
    assert f"It is missing index {INDEX} of customers. {schema_check.FIX}" in done.stderr


@pytest.mark.usefixtures("lacks_index")
def test_the_doctor_says_what_is_missing(app):
    done = command(app, "doctor")

    assert done.exit_code == 1
    assert "ERROR The database does not match the program." in done.stdout
    assert f"It is missing index {INDEX} of customers." in done.stdout


def test_of_many_things_the_first_are_named():
    assert schema_check.describe_missing(list("abcdefg")) == "It is missing a, b, c, d, e, and 2 more."


STRANGE = {
    "UPDATE alembic_version SET version_num = '9999'": "The database was created by a newer version of the program. ",
    "DELETE FROM alembic_version": "The revision of the database is missing. ",
}


@pytest.fixture
def stranger(app, request):
    """The app's database where no migration can begin; it is restored for the next test."""
    change(app, request.param)
    yield STRANGE[request.param]
    change(app, "DELETE FROM alembic_version")
    change(app, f"INSERT INTO alembic_version VALUES ('{schema_check.SCRIPTS.get_current_head()}')")


@pytest.mark.parametrize("stranger", STRANGE, indirect=True, ids=["newer", "without a revision"])
def test_where_no_migration_can_begin_one_line_says_why(app, environ, stranger):
    started = run_module("shop.operations.server", **environ, PORT=find_free_port(), LOG_LEVEL="WARNING")
    examined = command(app, "doctor")

    assert (started.returncode, len(started.stderr.splitlines())) == (1, 1)
    assert started.stderr.startswith(f"Not started. {stranger}")
    assert examined.exit_code == 1
    assert f"ERROR {stranger.strip()}" in examined.stdout
    assert "Run: flask --app wsgi db upgrade" not in examined.stdout


@pytest.mark.parametrize("stranger", STRANGE, indirect=True, ids=["newer", "without a revision"])
@pytest.mark.parametrize("words", [("people", "allow", "new@shop.example", "--role", "staff"), ("demo",)])
def test_a_command_does_nothing_in_a_database_of_another_version(app, stranger, words):
    done = command(app, *words)

    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert done.output.startswith(f"Error: Nothing was done. {stranger}")
    assert entries(app) == []


@pytest.mark.parametrize("stranger", ["DELETE FROM alembic_version"], indirect=True)
def test_what_the_doctor_advises_leads_on_from_there(app, environ, stranger):
    assert "flask --app wsgi db stamp" in command(app, "doctor").stdout
    assert run_flask("db", "stamp", "head", **environ).returncode == 0

    assert command(app, "people", "allow", "new@shop.example", "--role", "staff").exit_code == 0
