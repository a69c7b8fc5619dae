"""An order is edited: its total before and after, and concurrent edits of one order."""

import pytest

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders import edits, shipments
from shop.orders.models.order import Order
from tests.factories import ACTOR, ADDRESS, create_order, get_line_ids, get_stock, lock_order, make_variant
from tests.orders.form_helpers import error_messages, list_orders, read_form, submit_form
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

HERE = "/orders/1001/edit"


@pytest.fixture
def desk(app, client, sink):
    """A staff member's browser."""
    sign_in(app, client, sink, STAFF)
    return client


@pytest.fixture
def sold(app):
    """An order of 3 mugs at 10.00 and 2 cups at 5.00, by the ids of what is sold."""
    mug, cup = make_variant(app, title="Mug"), make_variant(app, title="Cup", price=500)
    create_order(app, (mug, 3), (cup, 2))
    return mug, cup


def quantities(app):
    return [(line.title, line.quantity) for line in list_orders(app)[0].lines]


def meanwhile(app, change):
    """Let someone else change the order."""
    with app.app_context():
        change(db.session.get(Order, 1))
        db.session.commit()


def altered(order, **quantities):
    lines = {order.lines[int(name[-1])].id: number for name, number in quantities.items()}
    kept = {name: getattr(order, name) for name in ("shipping", "shipping_method", "discount", "discount_code")}
    edits.edit_order(lock_order(order.id), edits.OrderEdit(lines, **kept), version=order.version, actor=ACTOR)


def test_lines_and_addresses_are_changed_and_the_total_is_shown_first(app, desk, sold):
    mug, cup = sold
    tee = make_variant(app, title="Tee", price=2000, sku="TEE")

    desk.get(HERE)
    submit_form(desk, f"{HERE}/draft", words="TEE", lines__0__quantity="4")
    submit_form(desk, f"{HERE}/draft", off="lines-1")
    assert desk.page.find(class_="sheet-total").get_text(" ", strip=True) == "Total €60.00 previously €40.00"
    assert (quantities(app), get_stock(app, tee)) == ([("Mug", 3), ("Cup", 2)], (10, 0, 10))

    sent = {**read_form(desk.page), "email": "else@customers.example", "delivery-city": "Bonn"}
    for _ in range(2):  # the second submission of a double click finds the tee already on the order
        answer = desk.post(HERE, data=sent)
        assert (answer.status_code, answer.location) == (303, "/orders/1001")
    assert quantities(app) == [("Mug", 4), ("Tee", 1)]
    assert [get_stock(app, one) for one in (mug, cup, tee)] == [(10, 4, 6), (10, 0, 10), (10, 1, 9)]
    [order] = list_orders(app)
    assert (order.total, order.email, order.delivery["city"]) == (6000, "else@customers.example", "Bonn")
    assert order.billing["city"] == "Bonn"


def test_a_product_that_was_typed_and_not_added_stops_the_save(app, desk, sold):
    tee = make_variant(app, title="Tee", sku="HANGIN-61-SMAL")
    desk.get(HERE)

    answer = submit_form(desk, HERE, words="HANGIN-61-SMAL", lines__0__quantity="4")

    assert answer.status_code == 422
    assert "You typed “HANGIN-61-SMAL” but didn't add it." in error_messages(desk)[0]
    assert desk.page.find(id="lines-0-quantity")["value"] == "4"
    assert (quantities(app), desk.page.find("button", {"name": "add"})["value"]) == ([("Mug", 3), ("Cup", 2)], str(tee))
    submit_form(desk, f"{HERE}/draft", press="enter")
    assert submit_form(desk, HERE).status_code == 303
    assert quantities(app) == [("Mug", 4), ("Cup", 2), ("Tee", 1)]


def test_only_what_was_changed_of_an_order_without_an_address_is_named(app, desk):
    create_order(app, (make_variant(app, title="Mug"), 1), billing={}, delivery={})
    desk.get(HERE)

    submit_form(desk, HERE, email="else@customers.example")

    desk.get("/orders/1001")
    assert "Edited: email address" in desk.page.get_text()
    assert "billing address" not in desk.page.get_text()
    with app.app_context():
        assert Entry.query.filter_by(event="order_changed").one().details["fields"] == ["email"]


def test_two_people_change_different_things_and_both_stay(app, desk, sold):
    desk.get(HERE)
    meanwhile(app, lambda order: altered(order, line0=5))

    assert submit_form(desk, HERE, lines__1__quantity="1", shipping="3").status_code == 303
    assert quantities(app) == [("Mug", 5), ("Cup", 1)]
    assert list_orders(app)[0].shipping == 300


def test_the_units_of_a_line_that_somebody_took_off_are_not_lost_in_silence(app, desk, sold):
    desk.get(HERE)
    meanwhile(app, lambda order: altered(order, line1=0))

    assert submit_form(desk, HERE, lines__1__quantity="7", shipping_method="Mine").status_code == 409
    assert error_messages(desk)[0].startswith("Cup: someone else removed this item while you were editing.")
    assert (quantities(app), list_orders(app)[0].shipping_method) == ([("Mug", 3)], "")

    assert submit_form(desk, HERE).status_code == 303
    assert (quantities(app), list_orders(app)[0].shipping_method) == ([("Mug", 3)], "Mine")


def test_what_was_chosen_of_theirs_outlives_a_look_at_the_new_total(app, desk, sold):
    desk.get(HERE)
    meanwhile(app, lambda order: altered(order, line0=5))
    theirs = {"email": "theirs@customers.example", "delivery": {**ADDRESS, "city": "Bonn"}}
    meanwhile(app, lambda order: edits.change_details(order, theirs, actor=ACTOR))
    mine = {"email": "mine@customers.example", "lines__0__quantity": "2", "delivery__city": "Hamburg"}
    assert submit_form(desk, HERE, **mine).status_code == 409

    kept = {f"keep-line-{get_line_ids(app, 1)[0]}": "theirs", "keep-email": "mine", "keep-delivery": "theirs"}
    submit_form(desk, f"{HERE}/draft", press="enter", **kept)

    assert submit_form(desk, HERE).status_code == 303
    [order] = list_orders(app)
    assert (quantities(app)[0], order.email) == (("Mug", 5), "mine@customers.example")
    assert order.delivery["city"] == "Bonn"


def test_the_choice_between_two_stays_until_the_order_is_saved(app, desk, sold):
    desk.get(HERE)
    meanwhile(app, lambda order: altered(order, line0=5))
    submit_form(desk, HERE, lines__0__quantity="2")
    line = f"keep-line-{get_line_ids(app, 1)[0]}"
    before = desk.page.select_one(".conflict").get_text(" ", strip=True)

    for draft, path, typed in [(True, f"{HERE}/draft", {"press": "enter"}), (False, HERE, {"shipping": "x"})]:
        assert submit_form(desk, path, **{line: "theirs", **typed}).status_code == (200 if draft else 422)

        assert desk.page.select_one(".conflict").get_text(" ", strip=True) == before
        assert read_form(desk.page)[line] == "theirs"
        assert desk.page.find(id="lines-0-quantity")["value"] == "2"
        if draft:
            assert desk.page.select_one(".sheet-total strong").get_text() == "€60.00"  # their value was chosen

    assert quantities(app) == [("Mug", 5), ("Cup", 2)]
    assert submit_form(desk, HERE, **{line: "mine", "shipping": "0"}).status_code == 303
    assert quantities(app) == [("Mug", 2), ("Cup", 2)]


@pytest.mark.parametrize("press", [{}, {"version": "7"}, {"before": "[]"}])
def test_a_post_that_says_nothing_of_the_order_is_answered_and_changes_nothing(app, desk, sold, press):
    with app.app_context():
        db.session.get(Order, 1).shipping = 490
        db.session.commit()

    answer = desk.submit(HERE, press)

    assert answer.status_code == 409
    assert quantities(app) == [("Mug", 3), ("Cup", 2)]
    assert (list_orders(app)[0].shipping, list_orders(app)[0].email) == (490, "ada@customers.example")


def test_two_people_change_the_same_and_one_is_asked(app, desk, sold):
    desk.get(HERE)
    meanwhile(app, lambda order: edits.change_details(order, {"email": "theirs@customers.example"}, actor=ACTOR))
    meanwhile(app, lambda order: altered(order, line0=5, line1=3))
    meanwhile(app, lambda order: edits.change_details(order, {"delivery": {**ADDRESS, "city": "Bonn"}}, actor=ACTOR))
    mine = {"email": "mine@customers.example", "lines__0__quantity": "2", "shipping_method": "Mine"}

    assert submit_form(desk, HERE, **mine).status_code == 409
    assert (quantities(app), list_orders(app)[0].email) == ([("Mug", 5), ("Cup", 3)], "theirs@customers.example")
    assert [one.get_text() for one in desk.page.select(".conflict legend")] == ["Quantity of Mug", "Email"]
    assert desk.page.find(id="email")["value"] == "mine@customers.example"

    line = get_line_ids(app, 1)[0]
    answer = submit_form(desk, HERE, **{f"keep-line-{line}": "theirs", "keep-email": "mine"})
    assert answer.status_code == 303
    [order] = list_orders(app)  # what only they changed was shown, and is not silently reverted
    assert (quantities(app), order.email) == ([("Mug", 5), ("Cup", 3)], "mine@customers.example")
    assert (order.delivery["city"], order.billing["city"], order.shipping_method) == ("Bonn", "Berlin", "Mine")


def test_what_an_order_does_not_allow_is_said_and_all_typing_is_kept(app, desk, sold):
    mug, _ = sold
    line = get_line_ids(app, 1)[0]
    about = {"carrier": "", "tracking": "", "tracking_url": "", "key": "parcel"}
    meanwhile(app, lambda order: shipments.record_shipment(lock_order(order.id), {line: 2}, **about, actor=ACTOR))

    for typed, status, sentence in [
        ({"lines__0__quantity": "1"}, 422, "Mug: 2 already shipped or refunded, so the quantity can't be less than 2."),
        ({"lines__0__quantity": "99"}, 409, "Mug: 96 requested, 7 available."),
        ({"lines__0__quantity": "x"}, 422, "Quantity: Enter a whole number from 0 to 1,000,000."),
        ({"discount": "1.005"}, 422, "Discount: EUR amounts have at most 2 decimal places."),
    ]:
        desk.get(HERE)
        assert submit_form(desk, HERE, **{"shipping_method": "Kept", **typed}).status_code == status
        assert error_messages(desk) == [sentence]
        assert desk.page.find(id="shipping_method")["value"] == "Kept"
    assert (quantities(app), get_stock(app, mug)) == ([("Mug", 3), ("Cup", 2)], (8, 1, 7))
    assert list_orders(app)[0].shipping_method == ""
