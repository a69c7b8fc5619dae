"""A form creates its record once, however often and however simultaneously its button is clicked."""

import io

import pytest
from sqlalchemy import func, select

from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, Variant
from shop.customers.models.customer import Customer, CustomerAddress
from shop.extensions import db
from shop.idempotency import ALREADY_DONE, IdempotencyKey
from shop.orders.models.event import OrderEvent
from tests import results
from tests.catalogue.form_helpers import NEW, add, fields_of, picture
from tests.concurrency import WireBrowser, count_statuses, send_together
from tests.factories import create_order, make_customer, make_variant
from tests.sample_people import STAFF

CLICKS = 12
PRODUCT, CUSTOMER = "/products/{product}", "/customers/{customer}"
MADE = (Product, Variant, Picture, Customer, CustomerAddress, OrderEvent)
# The page of each form, its action, what is typed, and the rows that one submission creates.
FORMS = {
    "a product": ("/products/new", "/products/new", NEW, {Product: 1, Variant: 1}),
    "a copy": (PRODUCT, f"{PRODUCT}/copy", {}, {Product: 1, Variant: 1}),
    "a variant": (f"{PRODUCT}/variants/new", f"{PRODUCT}/variants/new", {"value1": "L"}, {Variant: 1}),
    "a customer": ("/customers/new", "/customers", {"name": "Ada"}, {Customer: 1}),
    "an address": (f"{CUSTOMER}/addresses/new", f"{CUSTOMER}/addresses", {"city": "Ulm"}, {CustomerAddress: 1}),
    "a comment": ("/orders/{order}", "/orders/{order}/comments", {"comment": "Rang twice"}, {OrderEvent: 1}),
}


@pytest.fixture
def shop(app, staff):
    """The ids of a product with an option, a customer, and an order's number."""
    product = add(staff, option1="Size", sku="S")
    create_order(app, (make_variant(app, title="Mug"), 1))
    return {"product": product, "customer": make_customer(app), "order": 1001}


def counted(app):
    with app.app_context():
        return {model: db.session.scalar(select(func.count()).select_from(model)) for model in MADE}


def grown(app, before):
    return {model: number - before[model] for model, number in counted(app).items() if number != before[model]}


@pytest.mark.both_databases
@pytest.mark.parametrize("name", FORMS)
def test_the_second_press_leads_to_what_the_first_one_made(app, staff, shop, name):
    page, action, typed, made = FORMS[name]
    staff.get(page.format(**shop))
    data, before = fields_of(staff, action.format(**shop)) | typed, counted(app)
    first, second = (staff.post(action.format(**shop), data=data) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert grown(app, before) == made
    staff.get(second.location)
    assert str(ALREADY_DONE) in staff.page.find(role="status").get_text()


@pytest.mark.parametrize("name", FORMS)
def test_a_form_without_a_key_makes_nothing_and_comes_back_with_one(app, staff, shop, name):
    page, action, typed, _ = FORMS[name]
    staff.get(page.format(**shop))
    data, before = fields_of(staff, action.format(**shop)) | typed, counted(app)
    for key in ("", "x", "refunded:1", "é" * 22, "a" * 23):
        answer = staff.post(action.format(**shop), data=data | {"key": key})
        if answer.status_code == 303:  # the button that copies has no form to return to
            staff.get(answer.location)
        assert "Part of this form was missing" in staff.page.main.get_text(), key
    assert grown(app, before) == {}

    assert staff.post(action.format(**shop), data=fields_of(staff, action.format(**shop)) | typed).status_code == 303


def test_pictures_are_added_once(app, staff, shop):
    path = f"/products/{shop['product']}/pictures"

    staff.get(path)
    fields = fields_of(staff, path)
    for _ in range(2):
        sent = {**fields, "pictures": [(io.BytesIO(picture()), "a.jpg")]}
        assert staff.post(path, data=sent, content_type="multipart/form-data").status_code == 303
    assert counted(app)[Picture] == 1


@pytest.mark.both_databases
@pytest.mark.figure
def test_presses_at_one_instant_make_one_of_each(app, serve, sink):
    desk = WireBrowser(serve(THREADS="16").url)
    desk.ask(STAFF)

    desk.get("/sign-in/code")
    assert desk.post("/sign-in/code", code=sink.wait_for(STAFF, seconds=30).code).status == 303

    came = {}
    for name, path, typed in (("product", "/products/new", NEW), ("customer", "/customers/new", {"name": "Ada"})):
        key = desk.get(path).text.partition('name="key" value="')[2][:22]
        to = path.removesuffix("/new") if name == "customer" else path
        answers = send_together(desk.url, [desk.form(to, key=key, **typed) for _ in range(CLICKS)])
        came[name] = count_statuses(answers)
        assert set(came[name]) <= {303, 503}  # on a machine so busy that a writer times out: nothing was created
    now = counted(app)
    assert (now[Product], now[Customer]) == (1, 1)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 2
        kind = db.engine.dialect.name
    results.save_figures(f"forms sent at once, {kind}", clicks=CLICKS, **came)
