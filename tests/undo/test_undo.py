"""Undo: a person's own change, once, within a day; later changes of others stay."""

import pytest
from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.catalogue.bulk import statuses
from shop.catalogue.models.product import Product, ProductStatus
from shop.extensions import db
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.factories import make_variant
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def step_id(app):
    """A step of the staff's: the one product was archived."""
    make_variant(app)
    with app.app_context():
        step = statuses.set_status([1], ProductStatus.ARCHIVED, actor=Actor(STAFF, NO_REQUEST))
        db.session.commit()
        return step.id


def status(app):
    with app.app_context():
        return db.session.scalars(select(Product.status)).one()


def undone(app):
    with app.app_context():
        undone = select(Entry).where(Entry.event == "change_undone").order_by(Entry.id)
        return [one.details for one in db.session.scalars(undone)]


def test_one_takes_back_ones_own_change_once(app, client, sink, step_id):
    sign_in(app, client, sink, STAFF)
    client.get("/undo")
    assert "1 product: status set to archived." in client.page.select_one("table").get_text(" ", strip=True)

    first = client.submit(f"/undo/{step_id}", of="/undo", headers={"Referer": "http://127.0.0.1:8000/products?q=mug"})
    assert (first.status_code, first.location) == (303, "/products?q=mug")
    assert status(app) == "active"

    client.get("/undo")
    assert "Undone: 1 product: status set to archived." in client.page.get_text()
    assert client.page.select("table") == []

    second = client.submit(f"/undo/{step_id}", of="/undo", headers={"Referer": "https://evil.example/products"})
    assert (second.status_code, second.location) == (303, "/undo")
    client.get("/undo")
    assert "already undone" in client.page.get_text()
    assert undone(app) == [{"what": "1 product: status set to archived.", "number": 1}]


def test_every_page_leads_whoever_may_to_what_can_be_undone(app, client, other, sink, step_id):
    sign_in(app, client, sink, STAFF)
    sign_in(app, other, sink, VIEWER)

    for path in ("/", "/products", "/products/1", "/orders/new", "/customers", "/stock", "/keys"):
        for browser, number in ((client, 2), (other, 0)):  # in the head, and in a phone's menu
            browser.get(path)
            assert len(browser.page.select("header a[href='/undo']")) == (number if browser.page.header else 0), path

    with app.app_context():
        db.session.scalars(select(UndoStep)).one().sentence = "1 order archived"
        db.session.commit()
    client.get("/undo")
    assert "1 order archived." in client.page.select_one("table").get_text(" ", strip=True)


def test_nobody_takes_back_anothers_change_or_one_that_never_was(app, client, other, sink, step_id):
    sign_in(app, client, sink, OWNER)
    sign_in(app, other, sink, VIEWER)
    strangers = ("x", "x" * 300)

    for wrong in (step_id, "x" * 22, "%C3%A9" * 22, "x" * 21 + "%00", *strangers):
        assert client.submit(f"/undo/{wrong}", of="/undo").status_code == 404
        assert other.submit(f"/undo/{wrong}", of="/products").status_code == (404 if wrong in strangers else 403)
    assert other.get("/undo").status_code == 403
    client.get("/undo")
    assert client.page.select("table") == []
    assert status(app) == "archived"
    assert undone(app) == []


def test_after_a_day_it_is_too_late(app, client, sink, clock, step_id):
    clock(hours=25)
    sign_in(app, client, sink, STAFF)

    client.get("/undo")
    assert client.page.select("table") == []

    assert client.submit(f"/undo/{step_id}", of="/undo").status_code == 303
    assert status(app) == "archived"
    with app.app_context():
        assert (
            db.session.scalars(select(UndoStep).where(steps.is_past_retention(steps.clock.now()))).one().id == step_id
        )


def test_every_kind_of_step_has_somebody_who_takes_it_back(app):
    assert {"products", "orders"} <= set(steps.undo_handlers)
