"""Upgrades: a shop with people and books runs every later migration, and loses nothing.

Migrations were edited and renumbered after they had landed, so some shops have a revision without all of its current
content.
"""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask_migrate import stamp, upgrade

from shop import create_app
from shop.extensions import db
from tests import available_services, results
from tests.databases import KEY, create_empty_postgresql
from tests.house.source_modules import ROOT
from tests.orders import oracle

pytestmark = pytest.mark.both_databases

LATE = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)  # still the day before in New York
NOON = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
ZEROS = {sa.Boolean: False, sa.Integer: 0, sa.JSON: [], sa.DateTime: NOON, sa.String: ""}
# Every state that a landed commit left behind and that no migration describes: its revision, and which indexes of 0009
# and 0010 it lacks. Beyond 0010 it never ran 0011.
LATER = ("ix_customers_accepts_marketing", "ix_orders_sales")
STATES = {
    "first 0010": ("0010", LATER),
    "0012": ("0012", ()),
    "0012 on first 0010": ("0012", LATER),
    "0014": ("0014", ()),
    "0014 on first 0010": ("0014", LATER),
}
SOME = "0014 on first 0010"  # representative; the others are left to `make prove`
EACH = [pytest.param(one, marks=pytest.mark.figure if one == SOME else pytest.mark.prove) for one in STATES]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The URL of a database without any migration."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.sqlite3'}"
        return
    if not (server := available_services.find_postgresql()):
        pytest.skip("no PostgreSQL here")
    with create_empty_postgresql(server, "shop_old") as url:
        yield url


@pytest.fixture
def old(empty, tmp_path):
    """A shop from before the OpenID provider, with some content."""
    app = create_app({"SHOP_LOCAL": "1", "SECRET_KEY": KEY, "DATABASE_URL": empty}, instance=tmp_path)
    with app.app_context():
        upgrade(revision="0010")
        fill()
        db.engine.dispose()
        yield app
        db.session.remove()
        db.engine.dispose()


def go_to(number, lacking):
    """Bring the old shop to the state in which an earlier program left it."""
    if number > "0010":
        with db.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            ScriptDirectory(str(ROOT / "migrations")).get_revision("0012").module.upgrade()
        stamp(revision="0012")
    upgrade(revision=number)
    with db.engine.begin() as connection:
        for index in lacking:
            connection.execute(sa.text(f"DROP INDEX {index}"))


def fill():
    tables = sa.MetaData()
    with db.engine.begin() as connection:
        tables.reflect(connection)

        def add(name, **given):
            needed = [one for one in tables.tables[name].columns if not one.nullable and one.server_default is None]
            made = {one.name: zero_of(one.type) for one in needed}
            connection.execute(tables.tables[name].insert(), {**made, **given})

        if not connection.scalar(sa.select(sa.func.count()).select_from(tables.tables["store"])):
            add("store", id=1, currency="EUR")
        connection.execute(tables.tables["store"].update().values(time_zone="America/New_York"))
        for number in (1, 2):
            add("people", id=number, address=f"person{number}@example.com", domain="@example.com")
            add("login_sessions", id=number, person_id=number, secret_hash=f"{number}")
            add("known_browsers", id=number, person_id=number, secret_hash=f"{number}")
        add("products", id=1, title="Apron", title_key="apron", handle="apron", status="active")
        add("variants", id=1, product_id=1, position=1)
        orders = {1: {"placed_at": LATE}, 2: {"placed_at": NOON}, 3: {"placed_at": NOON, "cancelled_at": NOON}}
        for number, facts in orders.items():
            add("orders", id=number, number=number, key=f"{number}", currency="EUR", total=1000 * number, **facts)
        add("refunds", id=1, order_id=2, key="1", at=LATE, credit=300)


def zero_of(kind):
    return next(zero for known, zero in ZEROS.items() if isinstance(kind, known))


def found(query):
    return [tuple(row) for row in db.session.execute(sa.text(query))]


def test_nobody_is_lost_or_signed_out_by_an_upgrade(old):
    upgrade()

    assert found("SELECT id, domain FROM people ORDER BY id") == [(1, "@example.com"), (2, "@example.com")]
    assert found("SELECT id, person_id FROM login_sessions ORDER BY id") == [(1, 1), (2, 2)]
    assert found("SELECT id, person_id FROM known_browsers ORDER BY id") == [(1, 1), (2, 2)]
    assert len({name for (name,) in found("SELECT public_id FROM people")}) == 2


def test_what_the_books_repeat_is_filled_from_them(old):
    upgrade()

    assert found("SELECT title_key, CASE WHEN is_sold THEN 1 ELSE 0 END FROM variants") == [("apron", 1)]
    days = found("SELECT day, orders, totals, returns FROM sales_days ORDER BY day")
    assert [(str(day), *sums) for day, *sums in days] == [("2026-02-28", 1, 1000, 300), ("2026-03-01", 1, 2000, 0)]
    oracle.check_days()


@pytest.mark.parametrize("state", EACH)
def test_a_shop_that_any_landed_commit_left_is_made_whole(old, state):
    go_to(*STATES[state])

    upgrade()

    kind = db.engine.dialect.name
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.metadata)
    results.save_figures(f"upgrades from {state}, {kind}", differences_of_schema=len(differences))
    assert differences == []
    oracle.check_days()
    assert found("SELECT count(*) FROM sales_days") == [(2,)]
    assert found("SELECT title_key, CASE WHEN is_sold THEN 1 ELSE 0 END FROM variants") == [("apron", 1)]


def test_what_is_archived_and_still_owed_is_to_be_paid_and_sent_again(old):
    for number, facts in {
        1: "fulfilment_state = 'unfulfilled'",
        2: "fulfilment_state = 'fulfilled', paid = 2000",
        3: "fulfilment_state = 'unfulfilled'",  # and cancelled
    }.items():
        db.session.execute(sa.text(f"UPDATE orders SET archived_at = placed_at, {facts} WHERE id = {number}"))
    db.session.commit()

    upgrade()

    waiting = "SELECT id FROM orders WHERE {} = (1 = 1) ORDER BY id"
    assert found(waiting.format("is_to_ship")) == [(1,)]
    assert found(waiting.format("is_to_pay")) == [(1,)]


def test_foreign_keys_are_looked_at_again_after_an_upgrade(old):
    upgrade()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text("DELETE FROM people WHERE id = 1"))

    db.session.rollback()
    assert len(found("SELECT id FROM people")) == 2
