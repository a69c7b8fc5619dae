"""An order by phone: searched, composed step by step, and created once; a refusal keeps all input."""

import pytest

from shop.audit.models.entry import Entry
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.search import word_index
from tests.factories import get_stock, make_customer, make_variant
from tests.orders.form_helpers import DRAFT, NEW, change_store, error_messages, index_products, list_orders, submit_form
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

LARGEST = "10000000000"


@pytest.fixture
def desk(app, client, sink):
    """A staff member's browser, with an empty order form."""
    sign_in(app, client, sink, STAFF)
    client.get(NEW)
    return client


def customers(app):
    with app.app_context():
        return [(one.name, one.email, one.orders) for one in Customer.query.order_by(Customer.id)]


def text_of(client):
    return " ".join(client.page.main.get_text(" ").split())


@pytest.fixture
def goods(app):
    """The ids of a blue mug, of a red cup and of Ada, who calls."""
    mug = make_variant(app, title="Blue mug", price=1250)
    cup = make_variant(app, title="Red cup", sku="CUP-7", price=990)
    index_products(app)
    return mug, cup, make_customer(app)


def put_together(desk, mug, ada):
    """Compose an order step by step: three mugs, two cups, a gift wrap; for Ada."""
    submit_form(desk, DRAFT, add=mug)
    submit_form(desk, DRAFT, words="CUP-7", press="search")  # an exact code needs no second click
    submit_form(desk, DRAFT, words="CUP-7", press="search")
    submit_form(desk, DRAFT, press="text")
    submit_form(desk, DRAFT, lines__2__title="Gift wrap", lines__2__price="2.50", lines__2__requires_shipping=None)
    submit_form(
        desk, DRAFT, lines__0__quantity="3", lines__0__price="12", shipping="4.90", discount="5", press="update"
    )
    assert "Total €58.20" in text_of(desk)
    submit_form(desk, DRAFT, who="ada", choose=ada)
    submit_form(
        desk, DRAFT, delivery__line1="1 Mill Lane", delivery__city="Berlin", note="Ring twice", tags="phone, gift"
    )


def test_a_product_is_searched_and_offered(app, desk, goods):
    mug, *_ = goods
    assert submit_form(desk, DRAFT, words="mug", press="search").status_code == 200
    assert desk.page.find("button", {"name": "add"})["value"] == str(mug)


def test_what_is_put_together_is_placed_once_and_not_before_its_button_is_pressed(app, desk, goods):
    mug, cup, ada = goods
    put_together(desk, mug, ada)
    assert list_orders(app) == []

    for _ in range(2):
        answer = submit_form(desk, NEW, shipping_method="Post", discount_code="HELLO")
        assert (answer.status_code, answer.location) == (303, "/orders/1001")

    assert len(list_orders(app)) == 1
    assert (get_stock(app, mug), get_stock(app, cup)) == ((10, 3, 7), (10, 2, 8))
    assert customers(app) == [("Ada Byron", "ada@customers.example", 1)]


def test_what_was_put_together_is_what_the_order_has(app, desk, goods):
    mug, _, ada = goods
    put_together(desk, mug, ada)
    submit_form(desk, NEW, shipping_method="Post", discount_code="HELLO")

    [order] = list_orders(app)
    lines = [(one.title, one.quantity, one.price, one.requires_shipping) for one in order.lines]
    assert lines == [("Blue mug", 3, 1200, True), ("Red cup", 2, 990, True), ("Gift wrap", 1, 250, False)]
    assert (order.total, order.shipping, order.discount) == (5820, 490, 500)
    assert (order.customer_id, order.email, order.placed_by) == (ada, "ada@customers.example", STAFF)
    assert order.delivery == order.billing
    assert (order.delivery["city"], order.note, order.tags) == ("Berlin", "Ring twice", ["gift", "phone"])


def test_enter_looks_and_never_places(app, desk):
    """A browser's Enter submits with the form's first button, to the form's own action."""
    form = next(one for one in desk.page.main.find_all("form") if one.has_attr("data-dirty"))
    first = form.find("button", type="submit")

    assert (first["value"], first.get("formaction"), form["action"]) == ("enter", None, DRAFT)
    assert [one.get("formaction") for one in form.find_all("button")][-1] == NEW


def test_a_product_that_was_typed_and_not_added_stops_the_order(app, desk):
    mug, tee = make_variant(app, title="Mug"), make_variant(app, title="Tee", sku="HANGIN-61-SMAL")
    index_products(app)
    submit_form(desk, DRAFT, add=mug)

    for typed in ("HANGIN-61-SMAL", "te"):
        assert submit_form(desk, NEW, words=typed, note="This stays").status_code == 422
        assert f"You typed “{typed}” but didn't add it. Add it, or clear the field." in error_messages(desk)[0]
        assert desk.page.find(id="words")["value"] == typed
        assert [one["value"] for one in desk.page.select("button[name=add]")] == [str(tee)]

    assert (desk.page.find(id="note").get_text().strip(), list_orders(app)) == ("This stays", [])
    assert submit_form(desk, NEW, words="").status_code == 303


def test_a_customer_who_was_looked_for_and_not_chosen_stops_the_order(app, desk):
    mug, ada = make_variant(app), make_customer(app)
    with app.app_context():
        word_index.index_record("customer", ada, ["Ada Byron"])
        db.session.commit()
    submit_form(desk, DRAFT, add=mug)

    assert submit_form(desk, NEW, who="ada").status_code == 422

    assert "You typed “ada” but didn't select a customer." in error_messages(desk)[0]
    assert desk.page.find("button", {"name": "choose"})["value"] == str(ada)
    assert list_orders(app) == []
    assert submit_form(desk, NEW, who="ada", name="Bo").status_code == 303  # the customer is described below


def test_what_is_short_is_said_line_by_line_and_all_typing_is_kept(app, desk):
    last, none = make_variant(app, title="Last one", sku="L", on_hand=1), make_variant(app, title="None", on_hand=0)
    more = make_variant(app, title="More to come", on_hand=0, continue_selling=True)
    for variant in (last, none, more):
        submit_form(desk, DRAFT, add=variant)

    answer = submit_form(
        desk, NEW, lines__0__quantity="2", name="New Customer", email="new@customers.example", note="Kept"
    )
    assert answer.status_code == 409
    assert error_messages(desk) == ["Last one: 2 requested, 1 available.", "None: 1 requested, 0 available."]
    assert (list_orders(app), customers(app), get_stock(app, last)) == ([], [], (1, 0, 1))
    assert desk.page.find(id="lines-0-quantity")["value"] == "2"
    assert desk.page.find(id="note").get_text().strip() == "Kept"

    submit_form(desk, DRAFT, off="lines-1")
    assert submit_form(desk, NEW, lines__0__quantity="1").status_code == 303
    assert [one.title for one in list_orders(app)[0].lines] == ["Last one", "More to come"]
    assert customers(app) == [("New Customer", "new@customers.example", 1)]


UNREADABLE = [
    ({"lines__0__quantity": "many"}, "Quantity: Enter a whole number from 0 to 1,000,000."),
    ({"lines__0__quantity": ""}, "Quantity: Enter a quantity, or 0 to remove the item."),
    ({"lines__0__quantity": "0"}, "Add at least one item."),
    ({"lines__0__price": "1.234567"}, "Price: EUR amounts have at most 2 decimal places."),
    ({"lines__0__price": ""}, "Price: Enter a price."),
    ({"lines__0__price": LARGEST, "lines__0__quantity": "1000000"}, "The order total is too large."),
    ({"lines__0__variant": "999999"}, "No longer in the catalog: Mug."),
    ({"email": "Ada <ada@customers.example>"}, "Enter one plain address"),
    ({"email": "=?utf-8?q?ada=40evil.test?=@customers.example"}, "Enter one plain address"),
    ({"email": "*@customers.example"}, "Enter one plain address"),
    ({"shipping": "-1"}, "Shipping:"),
    ({"delivery__city": "a\u2028b"}, "City: Enter this on one line"),
    ({"key": ""}, "Part of this form was missing."),
]


def test_what_cannot_be_read_is_said_and_nothing_is_written(app, desk):
    mug = make_variant(app, continue_selling=True)
    for typed, sentence in UNREADABLE:
        desk.get(NEW)
        submit_form(desk, DRAFT, add=mug)
        answer = submit_form(desk, NEW, **{"name": "Somebody", **typed, "note": "This stays"})
        assert answer.status_code == 422, typed
        assert sentence in " ".join(error_messages(desk)), typed
        assert desk.page.find(id="note").get_text().strip() == "This stays"
    assert (list_orders(app), customers(app), get_stock(app, mug)) == ([], [], (10, 0, 10))


def test_a_customer_is_known_by_their_address_and_added_once(app, desk):
    mug, ada = make_variant(app), make_customer(app)
    submit_form(desk, DRAFT, add=mug)
    submit_form(desk, NEW, email="ADA@customers.example", name="Ada B.")
    desk.get(NEW)
    submit_form(desk, DRAFT, add=mug)
    new = {"name": "Bo", "delivery__phone": "+49 30 1", "delivery__city": "Bonn"}

    for _ in range(2):
        assert submit_form(desk, NEW, **new).location == "/orders/1002"

    desk.get(NEW)
    submit_form(desk, DRAFT, add=mug)
    submit_form(desk, NEW)
    assert [one.customer_id for one in list_orders(app)] == [ada, ada + 1, None]
    assert customers(app) == [("Ada Byron", "ada@customers.example", 1), ("Bo", "", 1)]
    with app.app_context():
        bo = db.session.get(Customer, ada + 1)
        assert (bo.phone, bo.addresses[0].fields["city"]) == ("+49 30 1", "Bonn")
        assert Entry.query.filter_by(event="customer_added").count() == 1


def test_a_customers_page_leads_to_a_sheet_with_their_address(app, desk):
    ada = make_customer(app)
    desk.get(f"{NEW}?customer={ada}")
    assert desk.page.find(id="email")["value"] == "ada@customers.example"

    submit_form(desk, DRAFT, press="forget")
    assert desk.page.find("input", {"name": "customer"}) is None
    assert desk.page.find(id="email")["value"] == ""


def test_sums_are_in_the_stores_currency_and_on_its_terms_of_tax(app, desk):
    mug = make_variant(app, price=1000)
    cases = [
        ("EUR", False, "1.00", "€1.00", "Tax €2.09 Total €13.09"),
        ("EUR", True, "1.00", "€1.00", "Total €11.00 Includes 19% tax €1.76"),
        ("JPY", False, "100", "¥100", "Tax ¥209 Total ¥1,309"),
        ("KWD", False, "1.005", "KWD 1.005", "Tax KWD 0.381 Total KWD 2.386"),
    ]

    for currency, is_inside, shipping, written, sentence in cases:
        change_store(app, currency=currency, prices_include_tax=is_inside, tax_rate=1900)
        desk.get(NEW)
        submit_form(desk, DRAFT, add=mug)
        submit_form(desk, DRAFT, shipping=shipping)
        shown = text_of(desk)
        assert f"Shipping {written}" in shown
        assert sentence in shown, shown
        assert submit_form(desk, NEW).status_code == 303
    assert [one.total for one in list_orders(app)] == [1309, 1100, 1309, 2386]

    change_store(app, currency="JPY")
    submit_form(desk, NEW, lines__0__price="10.5")
    desk.get(NEW)
    submit_form(desk, DRAFT, add=mug)
    assert submit_form(desk, NEW, shipping="4.90").status_code == 422
    assert error_messages(desk) == ["Shipping: JPY amounts have no decimal places."]
