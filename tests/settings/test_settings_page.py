"""An owner edits the store; two concurrent owners lose nothing; a change of currency needs confirmation."""

import pytest
from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.catalogue.models.product import Product, Variant
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.settings import store
from tests.conftest import browser_of
from tests.factories import make_customer, make_product
from tests.page_inspector import form_values
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

PATH = "/settings"


def typed_on(page):
    """Return what a browser would post of the form on a page."""
    return form_values(page.find("form", attrs={"action": PATH, "method": "post"}))


def opened(client):
    assert client.get(PATH).status_code == 200
    return typed_on(client.page)


def save(client, typed, **changed):
    return client.post(PATH, data={name: value for name, value in {**typed, **changed}.items() if value is not None})


def kept(app, *names):
    with app.app_context():
        return [getattr(store.get_store(), name) for name in names]


OTHERS = {
    "name": "  Tea & <b>Toast</b> ",
    "postal_address": "1 Mill Lane\r\n10115 Berlin",
    "tax_rate": "8,25",
    "prices_include_tax": None,
    "time_zone": "Pacific/Auckland",
    "locale": "de_CH",
    "weight_unit": "lb",
    "paper": "Letter",
    "order_prefix": "T-",
    "low_stock": "9",
    "shortcuts": None,
}


def test_the_form_shows_the_store_as_it_is(app, client, sink):
    sign_in(app, client, sink, OWNER)
    typed = opened(client)

    assert (typed["name"], typed["currency"], typed["low_stock"], typed["tax_rate"]) == ("Corner Shop", "EUR", "5", "0")
    assert typed["shortcuts"] == "y"


def test_an_owner_sets_the_store_and_every_page_follows(app, client, sink):
    sign_in(app, client, sink, OWNER)

    answer = save(client, opened(client), **OTHERS)

    assert (answer.status_code, answer.location) == (303, PATH)
    client.get(PATH)
    assert "Settings saved." in client.page.get_text()
    assert client.page.title.get_text(strip=True).endswith("Tea & <b>Toast</b>")
    again = typed_on(client.page)
    assert (again["tax_rate"], again["low_stock"], again["version"]) == ("8.25", "9", "2")
    assert "shortcuts" not in again
    assert kept(app, "postal_address", "tax_rate", "prices_include_tax") == ["1 Mill Lane\n10115 Berlin", 825, False]
    assert kept(app, "paper", "version") == ["Letter", 2]


def test_where_low_stock_begins_counts_for_each_variant_without_a_number_of_its_own(app, client, sink):
    product_id = make_product(app, variants=[{"on_hand": 7}, {"on_hand": 7, "low_stock": 2, "low_at": 2}])
    sign_in(app, client, sink, OWNER)

    assert save(client, opened(client), low_stock="9").status_code == 303

    with app.app_context():
        variants = db.session.scalars(select(Variant).order_by(Variant.id)).all()
        assert [(one.low_at, one.stock_state) for one in variants] == [(9, "low"), (2, "in")]
        assert db.session.get_one(Product, product_id).stock_state == "low"


def test_what_changed_is_recorded_and_nothing_where_nothing_did(app, client, sink):
    sign_in(app, client, sink, OWNER)
    save(client, opened(client), **OTHERS)

    assert save(client, opened(client)).status_code == 303

    assert kept(app, "version") == [2]
    with app.app_context():
        [entry] = db.session.scalars(select(Entry).where(Entry.event == "settings_changed"))
        assert entry.by == OWNER
        assert entry.details["changes"]["weight_unit"] == ["kg", "lb"]
        assert "currency" not in entry.details["changes"]


def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_saved(app, client, sink):
    bad = {
        "name": "  ",
        "postal_address": "a\x00b",
        "currency": "DEM",
        "time_zone": "Mars/Olympus",
        "locale": "../../etc",
        "weight_unit": "stone",
        "paper": "A0",
        "order_prefix": "x" * 11,
        "low_stock": "-1",
        "tax_rate": "many",
    }
    sign_in(app, client, sink, OWNER)

    assert save(client, opened(client), **bad).status_code == 422

    summary = client.page.find(class_="error-summary")
    assert {link["href"].removeprefix("#") for link in summary.find_all("a")} == set(bad)
    for name in bad:
        assert_is_marked(client.page, name)
    assert client.page.find(id="low_stock")["value"] == "-1"
    assert kept(app, "name", "version") == ["Corner Shop", 1]


def assert_is_marked(page, name):
    """Assert that a field is marked as invalid, and its description is on the page."""
    field = page.find(id=name)
    described = [page.find(id=one) for one in field["aria-describedby"].split()]
    assert field["aria-invalid"] == "true"
    assert all(described)


def test_a_field_that_is_missing_or_comes_twice_is_refused(app, client, sink):
    sign_in(app, client, sink, OWNER)
    typed = opened(client)
    for name in ("currency", "time_zone", "locale", "weight_unit", "paper"):
        assert save(client, typed, **{name: None}).status_code == 422, name

    twice = client.post(PATH, data={**typed, "name": ["One", "Two"]})
    assert twice.status_code == 422
    assert kept(app, "name", "version") == ["Corner Shop", 1]


def test_only_owners_and_only_with_a_fresh_sign_in(app, client, other, sink, clock):
    sign_in(app, client, sink, OWNER)
    typed = opened(client)
    for address in (STAFF, VIEWER):
        browser = browser_of(app)
        sign_in(app, browser, sink, address)
        assert browser.get(PATH).status_code == 403
        assert browser.submit(PATH, {"name": "Mine"}, of="/").status_code == 403

    clock(minutes=16)
    answer = save(client, typed, name="Mine")
    assert answer.status_code == 307
    assert "/sign-in/confirm" in answer.location
    assert kept(app, "name") == ["Corner Shop"]


def test_two_owners_at_once_lose_nothing(app, client, other, sink):
    for browser in (client, other):
        sign_in(app, browser, sink, OWNER)
    mine, theirs = opened(client), opened(other)
    assert save(other, theirs, name="Theirs", paper="Letter").status_code == 303
    assert save(client, mine, order_prefix="M-").status_code == 303  # different fields are merged
    assert kept(app, "name", "paper", "order_prefix", "version") == ["Theirs", "Letter", "M-", 3]

    assert save(client, mine, name="Mine", low_stock="3").status_code == 409
    conflict = client.page.find(class_="conflict")
    assert [legend.get_text(strip=True) for legend in conflict.find_all("legend")] == ["Store name"]
    assert all(words in conflict.get_text() for words in ("Mine", "Theirs", "Corner Shop"))
    assert kept(app, "name", "low_stock") == ["Theirs", 5]
    again = typed_on(client.page)
    assert (again["name"], again["low_stock"], "keep-name" in again) == ("Mine", "3", False)

    assert save(client, again, **{"keep-name": "theirs"}).status_code == 303
    assert kept(app, "name", "low_stock", "order_prefix", "paper") == ["Theirs", 3, "M-", "Letter"]


def priced(app):
    with app.app_context():
        product = db.session.scalars(select(Product)).one()
        one = product.variants[0]
        return one.price, one.compare_at, one.cost, product.price_low, product.price_high


def change_currency(client, currency):
    """Request another currency, and confirm the consequences that the page explains."""
    save(client, opened(client), currency=currency)
    assert save(client, typed_on(client.page)).status_code == 303


@pytest.fixture
def in_dollars(app, client, sink):
    """A shop in US dollars with one product and one customer, whose id it returns; the browser is the owner's."""
    sign_in(app, client, sink, OWNER)
    assert save(client, opened(client), currency="USD").status_code == 303
    make_product(app, variants=[{"price": 1250, "compare_at": 1999, "cost": None}])
    return make_customer(app, spent=100, spent_by_currency={"USD": 100, "JPY": 5_000_000_000})


def test_a_shop_without_prices_changes_its_currency_unasked(app, client, sink):
    sign_in(app, client, sink, OWNER)
    assert save(client, opened(client), currency="USD").status_code == 303
    assert kept(app, "currency") == ["USD"]


def test_a_change_of_currency_is_asked_about_once_anything_has_a_price(app, client, in_dollars):
    answer = save(client, opened(client), currency="JPY", name="Tokyo")

    assert answer.status_code == 200
    words = " ".join(client.page.get_text().split())
    assert "$12.50 becomes ¥13" in words
    assert "JPY uses 0 decimal places, and USD uses 2. Prices will be rounded" in words
    assert kept(app, "currency", "name") == ["USD", "Corner Shop"]


def test_the_change_of_currency_that_was_agreed_to_is_made_and_no_other(app, client, in_dollars):
    save(client, opened(client), currency="JPY", name="Tokyo")
    held = typed_on(client.page)

    other_change = {**held, "currency": "KWD"}  # confirmed one change, posted another
    assert save(client, other_change).status_code == 200
    assert kept(app, "currency") == ["USD"]
    assert save(client, held).status_code == 303
    assert kept(app, "currency", "name") == ["JPY", "Tokyo"]
    assert priced(app) == (13, 20, None, 13, 13)
    with app.app_context():
        assert db.session.get_one(Customer, in_dollars).spent == 5_000_000_000


def test_a_currency_with_more_decimals_gives_each_price_zeros_at_its_end(app, client, in_dollars):
    change_currency(client, "JPY")

    save(client, opened(client), currency="KWD")
    assert "Zeros will be added to each price" in client.page.get_text()
    assert save(client, typed_on(client.page)).status_code == 303

    assert priced(app) == (13000, 20000, None, 13000, 13000)
    with app.app_context():
        product = db.session.scalars(select(Product)).one()
        assert (product.version, product.variants[0].version) == (3, 3)
        assert db.session.get_one(Customer, in_dollars).spent == 0


def test_a_currency_with_as_many_decimals_leaves_the_prices_and_says_nothing_of_decimals(app, client, in_dollars):
    change_currency(client, "JPY")
    change_currency(client, "KWD")

    save(client, opened(client), currency="TND")
    assert "decimal places" not in client.page.get_text()
    assert save(client, typed_on(client.page)).status_code == 303
    assert priced(app)[0] == 13000


def test_a_price_that_the_other_currency_cannot_hold_keeps_the_currency(app, client, sink):
    make_product(app, variants=[{"price": 10**12}])
    sign_in(app, client, sink, OWNER)
    save(client, opened(client), currency="KWD", name="Kuwait")

    assert save(client, typed_on(client.page)).status_code == 422
    assert "The highest price would be out of range in KWD." in client.page.get_text()
    assert kept(app, "currency", "name") == ["EUR", "Corner Shop"]
    assert priced(app)[0] == 10**12
