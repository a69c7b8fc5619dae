"""`flask demo`: fills only an empty shop, with consistent metrics; and removes all of it again."""

import os
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import func, select

from shop.audit.models.entry import Entry
from shop.catalogue.models.product import Product, Variant
from shop.catalogue.picture_files import get_folder
from shop.customers.models.customer import Customer
from shop.demo.tables import MODELS_TO_EMPTY
from shop.extensions import db
from shop.orders import status
from shop.orders.models.order import Order
from shop.orders.shipment_emails import EMAIL_KIND
from shop.outbox import emails
from shop.outbox.models.email import Email
from shop.people.models.person import Person
from shop.settings import store
from shop.stock import reconciliation
from tests.factories import make_customer, make_product
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

CACHED = [column.key for column in Order.__table__.columns if column.key not in ("id", "version")]
EVERY = 25  # one in so many orders is recalculated: it takes its time
PAGES = ("/", "/?period=12-months&show=orders", "/?period=90-days&show=average", "/?period=today")
# What belongs to the people and not to their goods.
STAYS = {
    *("people", "rules", "blocks", "invitations", "pauses", "known_browsers", "login_sessions", "sign_in_requests"),
    *("clients", "grants", "signing_keys", "audit_entries", "audit_heads", "letters", "store"),
}


def demo(app, *words):
    result = app.test_cli_runner().invoke(args=["demo", *words])
    return result.exit_code, result.output


def rows():
    return {model.__name__: db.session.scalar(select(func.count()).select_from(model)) for model in MODELS_TO_EMPTY}


def caches_that_differ():
    """Return the numbers of orders whose cached columns differ from their rows."""
    found = []
    for order in db.session.scalars(select(Order).where(Order.id % EVERY == 0)):
        before = [getattr(order, name) for name in CACHED]
        status.recalculate(order)
        if before != [getattr(order, name) for name in CACHED]:
            found.append(order.number)
    db.session.rollback()
    return found


@pytest.fixture(params=[True, pytest.param(False, marks=pytest.mark.slow)], ids=["small", "whole"])
def is_small(request):
    """Whether the demo is a small one; the whole one is left to the slow lane."""
    if request.param:
        request.getfixturevalue("small_demo")
    return request.param


def test_the_demo_fills_an_empty_shop_that_agrees_with_itself_and_goes_again(app, client, sink, is_small):
    sign_in(app, client, sink, OWNER)
    client.get("/")
    assert "flask --app wsgi demo" in client.page.get_text()

    code, said = demo(app)
    assert code == 0, said
    check_what_it_filled_in(app)
    if not is_small:
        check_that_it_has_everything(app)
    check_pages_of_the_demo(client)
    assert demo(app) == (1, "Error: This store already has the demo. To delete the demo, run `flask demo --remove`.\n")

    add_what_is_not_of_the_demo(app)
    code, said = demo(app, "--remove")
    assert code == 0, said
    check_all_is_gone(app)
    client.get("/")
    assert "Demo store." not in client.page.get_text()


def check_what_it_filled_in(app):
    """Check metrics, stock and pictures against the content."""
    with app.app_context():
        assert all(rows()[name] for name in rows() if name not in ("UndoStep", "IdempotencyKey")), rows()
        assert number_of(Entry.event == "demo_filled") == 1
        assert caches_that_differ() == []
        assert reconciliation.list_differences() == []
        files = sorted(path.name for path in get_folder().iterdir())
        assert len(files) == 3 * rows()["Picture"]


def check_that_it_has_everything(app):
    """Check that something is in each state, and more of everything than on a first page."""
    with app.app_context():
        assert rows()["Product"] >= 60
        assert set(db.session.scalars(select(Variant.stock_state).distinct())) == {"in", "low", "out"}
        for fits in (Order.is_to_ship, Order.is_to_pay):
            assert number_of(fits.is_(True))
        customer = db.session.scalars(select(Customer).order_by(Customer.orders.desc()).limit(1)).one()
        assert customer.orders > 5


def check_pages_of_the_demo(client):
    """Check that each page has the demo's notice, and none the checklist."""
    for page in PAGES:
        assert client.get(page).status_code == 200
        assert "Demo store." in client.page.get_text()
        assert not client.page.select(".start")


def add_what_is_not_of_the_demo(app):
    """Add a product, an email about a shipment, and an unrelated email."""
    make_product(app, title="Our own")
    with app.app_context():
        for kind in (EMAIL_KIND, "other"):
            emails.post(kind, to="ada@customers.example", ref="shipment:1", message_id="<1@shop.example>")
        db.session.commit()


def check_all_is_gone(app):
    """Check that the shop is empty, without later additions to the demo; people and their emails stayed."""
    with app.app_context():
        assert set(rows().values()) == {0}
        assert list(get_folder().iterdir()) == []
        assert EMAIL_KIND not in set(db.session.scalars(select(Email.kind)))
        assert "other" in set(db.session.scalars(select(Email.kind)))
        assert store.get_store().is_demo is False
        assert db.session.scalar(select(func.count()).select_from(Person)) == 1
        assert number_of(Entry.event == "demo_emptied") == 1


def number_of(condition):
    return db.session.scalar(select(func.count()).where(condition))


def test_every_table_is_emptied_or_stays_on_purpose():
    emptied = {model.__tablename__ for model in MODELS_TO_EMPTY}
    assert emptied & STAYS == set()
    assert emptied | STAYS == set(db.metadata.tables) - {"alembic_version"}


@pytest.mark.usefixtures("tiny_demo")
def test_who_stops_listening_does_not_stop_it(app):
    for words in ([], ["--remove"]):
        ear, mouth = os.pipe()
        os.close(ear)
        with open(mouth, "w") as deaf, redirect_stdout(deaf), pytest.raises(SystemExit) as end:
            app.cli.main(["demo", *words], obj=ScriptInfo(create_app=lambda: app))
        assert end.value.code == 0
        with app.app_context():
            assert number_of(Entry.event == ("demo_emptied" if words else "demo_filled")) == 1


@pytest.mark.parametrize("make", [make_product, make_customer])
def test_a_shop_of_ones_own_is_neither_filled_nor_emptied(app, make):
    make(app)
    with app.app_context():
        before = rows()
    said = "This store already has products, orders, or customers. The demo needs an empty store."

    assert demo(app) == (1, f"Error: {said}\n")
    assert demo(app, "--remove") == (1, "Error: This store doesn't have the demo. Nothing was removed.\n")
    with app.app_context():
        assert rows() == before
        assert store.get_store().is_demo is False
        assert db.session.scalar(select(Product.id)) or db.session.scalar(select(Customer.id))
        assert not (Path(app.instance_path) / "media").exists()


def test_what_is_told_of_a_demo_that_stopped_halfway_is_inflected(app):
    make_product(app)
    with app.app_context():
        store.get_locked_store().is_demo = True
        db.session.commit()

    assert demo(app, "--remove") == (0, "The demo was deleted. It had 1 product, 0 orders, and 0 customers.\n")
