"""Forms for an order's money and shipments: their proposals, one effect per key, and a sentence for each refusal."""

import pytest

from shop.extensions import db
from shop.idempotency import ALREADY_DONE
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund
from shop.orders.models.shipment import Shipment
from tests.conftest import browser_of
from tests.factories import create_order, get_line_ids, get_stock, make_variant
from tests.orders.form_helpers import change_store, error_messages, list_orders, read_form, submit_form
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

HERE = "/orders/1001"


@pytest.fixture
def desk(app, client, sink):
    """A staff member's browser."""
    sign_in(app, client, sink, STAFF)
    return client


@pytest.fixture
def sold(app):
    """An order of 3 mugs at 12.50 and 4.90 for shipping, with the mug's id and the line's."""
    mug = make_variant(app, title="Blue mug", price=1250)
    order = create_order(app, (mug, 3), shipping=490)
    return mug, get_line_ids(app, order)[0]


def count(app, kind):
    with app.app_context():
        return db.session.query(kind).count()


def twice(client, form, path, **typed):
    """Open a form and submit it twice, as a double click does; both lead to the same page."""
    client.get(form)
    answers = [client.post(path, data=sent) for sent in [{**read_form(client.page), **typed}] * 2]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    return answers[0].location


def test_how_a_parcel_is_followed_is_put_right_later(app, desk, other, sink, sold):
    desk.get(f"{HERE}/shipments/new")
    assert submit_form(desk, f"{HERE}/shipments", carrier="Post", letter=None).status_code == 303

    desk.get(HERE)
    page = next(one["href"] for one in desk.page.select("a") if one.get_text().startswith("Edit tracking"))
    sign_in(app, other, sink, OWNER)
    for one in (desk, other):
        one.get(page)
    for link in ("javascript:alert(1)", "post.example/1", "ftp://post.example/1"):
        assert submit_form(desk, page, tracking="T9", tracking_url=link).status_code == 422
        assert desk.page.find(id="tracking")["value"] == "T9"
    assert submit_form(desk, page, tracking="T9", tracking_url="https://post.example/T9").location == HERE
    desk.get(HERE)
    assert desk.page.find("a", href="https://post.example/T9").get_text().startswith("T9")
    assert "Edited: tracking number, tracking page" in desk.page.get_text()

    assert submit_form(other, page, carrier="Parcels", tracking="T8").status_code == 409
    assert "T9" in other.page.select_one(".conflict").get_text()

    assert submit_form(other, page, keep__tracking="theirs").status_code == 303
    with app.app_context():
        [parcel] = db.session.query(Shipment)
        assert (parcel.carrier, parcel.tracking, parcel.tracking_url) == ("Parcels", "T9", "https://post.example/T9")
    assert desk.get("/orders/1001/shipments/999/tracking").status_code == 404


def test_money_that_came_in_is_written_down_once(app, desk, sold):
    desk.get(f"{HERE}/payments/new")
    assert desk.page.find(id="amount")["value"] == "42.40"

    assert twice(desk, f"{HERE}/payments/new", f"{HERE}/payments", amount="20", method="card", reference="R-1") == HERE
    for typed, sentence in [
        ({"amount": "22.41"}, "Amount: That's more than the balance due of €22.40."),
        ({"amount": "0"}, "Amount: Enter an amount from €0.01 to"),
        ({"amount": ""}, "Enter an amount."),
        ({"method": "barter"}, "Payment method:"),
        ({"key": ""}, "Part of this form was missing."),
    ]:
        desk.get(f"{HERE}/payments/new")
        assert submit_form(desk, f"{HERE}/payments", **{"reference": "R-2", **typed}).status_code == 422, typed
        assert sentence in " ".join(error_messages(desk)), typed
        assert desk.page.find(id="reference")["value"] == "R-2"
    assert (count(app, Payment), list_orders(app)[0].paid) == (1, 2000)

    desk.get(f"{HERE}/payments/new")
    submit_form(desk, f"{HERE}/payments")
    desk.get(f"{HERE}/payments/new")
    assert "This order has no balance due." in desk.page.get_text()


def test_a_parcel_leaves_once_and_never_with_more_than_there_is(app, desk, sold):
    mug, line = sold
    typed = {f"units-{line}": "2", "carrier": "DHL", "tracking": "00340"}

    to = twice(desk, f"{HERE}/shipments/new", f"{HERE}/shipments", **typed)
    assert to == f"{HERE}/shipments/1/letter"
    assert (count(app, Shipment), get_stock(app, mug)) == (1, (8, 1, 7))

    for typed, sentence in [
        ({f"units-{line}": "2"}, "Blue mug: 1 left to ship."),
        ({f"units-{line}": "0"}, "Select at least one item to ship."),
        ({f"units-{line}": "-1"}, "Enter a whole number from 0 to"),
        ({"tracking_url": "javascript:alert(1)"}, "Tracking page: Enter a web address that starts with"),
        ({"tracking_url": "https://"}, "Tracking page: Enter a web address that starts with"),
    ]:
        desk.get(f"{HERE}/shipments/new")
        assert submit_form(desk, f"{HERE}/shipments", **{"carrier": "Kept", **typed}).status_code == 422
        assert sentence in " ".join(error_messages(desk))
        assert desk.page.find(id="carrier")["value"] == "Kept"
    assert (count(app, Shipment), get_stock(app, mug)) == (1, (8, 1, 7))

    desk.get(f"{HERE}/shipments/new")
    assert submit_form(desk, f"{HERE}/shipments", letter=None).location == HERE
    desk.get(f"{HERE}/shipments/new")
    assert "There's nothing left to ship." in desk.page.get_text()


@pytest.mark.parametrize(
    ("form", "path", "typed"),
    [
        ("shipments/new", "shipments", {"tracking": "00340434"}),
        ("payments/new", "payments", {"reference": "R-7"}),
        ("cancellation", "cancellation", {"detail": "second thoughts"}),
    ],
)
def test_enter_in_a_field_does_nothing_that_cannot_be_undone(app, desk, sold, form, path, typed):
    desk.get(f"{HERE}/{form}")
    on_enter = desk.page.select_one("main form button")
    sent = {**typed, on_enter["name"]: on_enter["value"]}

    answer = submit_form(desk, f"{HERE}/{path}", **sent)

    assert answer.status_code == 200
    assert "Nothing has been done yet." in desk.page.select_one("form .note").get_text()
    assert {name: desk.page.find(id=name)["value"] for name in typed} == typed
    assert (count(app, Shipment), count(app, Payment), list_orders(app)[0].status) == (0, 0, "open")
    assert submit_form(desk, f"{HERE}/{path}").status_code == 303


def test_a_key_that_comes_again_with_something_else_is_said_to_change_nothing(app, desk, sold):
    mug, line = sold
    create_order(app, (mug, 1))

    for path, form, first, other in [
        ("payments", "payments/new", {"amount": "3"}, {"amount": "2"}),
        ("shipments", "shipments/new", {f"units-{line}": "1", "letter": None}, {f"units-{line}": "2", "letter": None}),
        ("refunds", "refunds/new", {f"units-{line}": "1"}, {"amount": "1"}),
    ]:
        desk.get(f"{HERE}/{form}")
        if path == "refunds":
            submit_form(desk, f"{HERE}/{form}", **first)
        sent = read_form(desk.page)
        for typed in (first, other):
            answer = desk.post(f"{HERE}/{path}", data={k: v for k, v in {**sent, **typed}.items() if v is not None})
            assert answer.status_code == 303, path
            before = desk.get(HERE).get_data(as_text=True)
            assert (str(ALREADY_DONE) in before) == (typed is other), path
    assert (count(app, Payment), count(app, Shipment), count(app, Refund)) == (1, 1, 1)
    assert list_orders(app)[0].paid == 300

    desk.get("/orders/1002/payments/new")
    key = read_form(desk.page)["key"]
    for number in (1001, 1002):  # one key on two orders is not a replay
        desk.get(f"/orders/{number}/payments/new")
        assert submit_form(desk, f"/orders/{number}/payments", amount="1", key=key).status_code == 303
    assert [one.paid for one in list_orders(app)] == [400, 100]


def test_a_refund_cannot_take_the_key_of_a_cancellation(app, desk, sold):
    _, line = sold
    desk.get(f"{HERE}/refunds/new")
    submit_form(desk, f"{HERE}/refunds/new", **{f"units-{line}": "1"})

    assert submit_form(desk, f"{HERE}/refunds", key="cancelled:1").status_code == 422
    assert (count(app, Refund), list_orders(app)[0].status) == (0, "open")

    submit_form(desk, f"{HERE}/refunds/new")
    assert submit_form(desk, f"{HERE}/refunds").status_code == 303  # the form that was shown again has a key of its own

    desk.get(f"{HERE}/cancellation")
    assert submit_form(desk, f"{HERE}/cancellation").status_code == 303
    assert (count(app, Refund), list_orders(app)[0].status) == (2, "cancelled")


@pytest.fixture
def partly_sent(desk, sold):
    """A paid order, of whose three mugs two are shipped."""
    _, line = sold
    desk.get(f"{HERE}/payments/new")
    submit_form(desk, f"{HERE}/payments")
    desk.get(f"{HERE}/shipments/new")
    submit_form(desk, f"{HERE}/shipments", **{f"units-{line}": "2"})


def refund_two(desk, line):
    """Refund two mugs and a euro of the shipping with €5.00. Returns what the button sent."""
    desk.get(f"{HERE}/refunds/new")
    assert submit_form(desk, f"{HERE}/refunds/new", **{f"units-{line}": "2", "shipping": "1"}).status_code == 200
    submit_form(desk, f"{HERE}/refunds", amount="5", reason="Chipped")
    sent = read_form(desk.page)
    assert desk.post(f"{HERE}/refunds", data=sent).location == HERE
    return sent


def test_the_button_refunds_the_sum_that_it_names(app, desk, sold, partly_sent):
    _, line = sold
    desk.get(f"{HERE}/refunds/new")
    submit_form(desk, f"{HERE}/refunds/new", **{f"units-{line}": "2", "shipping": "1"})
    assert desk.page.find(id="amount")["value"] == "26.00"

    assert submit_form(desk, f"{HERE}/refunds", amount="5", reason="Chipped").status_code == 422

    assert "Refund €5.00" in desk.page.get_text()
    assert count(app, Refund) == 0
    assert submit_form(desk, f"{HERE}/refunds").location == HERE
    assert list_orders(app)[0].refunded == 500


def test_a_refund_is_made_once_and_the_units_come_back(app, desk, sold, partly_sent):
    mug, line = sold

    sent = refund_two(desk, line)

    assert desk.post(f"{HERE}/refunds", data=sent).location == HERE
    assert (count(app, Refund), list_orders(app)[0].refunded) == (1, 500)
    assert get_stock(app, mug) == (9, 0, 9)  # one of the two had never left, and one came back


def test_no_more_is_refunded_than_is_left(app, desk, sold, partly_sent):
    _, line = sold
    refund_two(desk, line)

    for typed, sentence in [
        ({f"units-{line}": "2"}, "Blue mug: 1 left to refund."),
        ({"shipping": "4"}, "That's more than the shipping amount left to refund."),
    ]:
        desk.get(f"{HERE}/refunds/new")
        assert submit_form(desk, f"{HERE}/refunds/new", **typed).status_code == 422
        assert sentence in error_messages(desk)

    desk.get(f"{HERE}/refunds/new")
    submit_form(desk, f"{HERE}/refunds/new")
    submit_form(desk, f"{HERE}/refunds", amount="37.41")
    assert submit_form(desk, f"{HERE}/refunds").status_code == 422
    assert "That's more than the amount left to refund." in error_messages(desk)
    assert (count(app, Refund), list_orders(app)[0].refunded) == (1, 500)


def test_goods_come_back_without_money_and_unfit_for_sale(app, desk, sold):
    mug, line = sold
    desk.get(f"{HERE}/shipments/new")
    submit_form(desk, f"{HERE}/shipments")

    desk.get(f"{HERE}/refunds/new")
    submit_form(desk, f"{HERE}/refunds/new", **{f"units-{line}": "1", f"restock-{line}": None})
    assert "Record return without refund" in desk.page.get_text()

    assert submit_form(desk, f"{HERE}/refunds").location == HERE
    assert get_stock(app, mug) == (7, 0, 7)
    assert (count(app, Refund), list_orders(app)[0].refunded) == (1, 0)


def test_an_order_is_cancelled_once_and_not_over_goods_that_are_away(app, desk, sold):
    mug, _ = sold
    desk.get(f"{HERE}/payments/new")
    submit_form(desk, f"{HERE}/payments", amount="10")

    desk.get(f"{HERE}/cancellation")
    assert desk.page.find(id="amount")["value"] == "10.00"
    assert submit_form(desk, f"{HERE}/cancellation", amount="10.01", detail="Kept").status_code == 422
    assert error_messages(desk) == ["That's more than the amount left to refund."]
    assert desk.page.find(id="detail")["value"] == "Kept"
    assert list_orders(app)[0].cancelled_at is None

    typed = {"reason": "Not paid", "detail": "waited a week"}
    assert twice(desk, f"{HERE}/cancellation", f"{HERE}/cancellation", **typed) == HERE
    [order] = list_orders(app)
    assert (order.status, order.refunded, order.cancel_reason) == ("cancelled", 1000, "Not paid: waited a week")
    assert (count(app, Refund), get_stock(app, mug)) == (1, (10, 0, 10))

    other = create_order(app, (mug, 1))
    desk.get("/orders/1002/shipments/new")
    submit_form(desk, "/orders/1002/shipments")
    desk.get("/orders/1002/cancellation")
    assert "1 unit has been shipped but not returned." in desk.page.get_text()
    token = desk.page.find("input", {"name": "csrf_token"})["value"]
    forged = {"csrf_token": token, "key": "k", "reason": "Fraud", "amount": "0"}
    assert desk.post("/orders/1002/cancellation", data=forged).status_code == 422
    assert list_orders(app)[1].id == other
    assert list_orders(app)[1].cancelled_at is None


def test_amounts_are_in_the_orders_own_currency(app, desk):
    change_store(app, currency="JPY")
    create_order(app, (make_variant(app, price=1200), 1))
    change_store(app, currency="KWD")
    create_order(app, (make_variant(app, price=1205), 1))
    change_store(app, currency="EUR")

    for number, shown, other in [(1001, "1200", "1.5"), (1002, "1.205", "1.2051")]:
        desk.get(f"/orders/{number}/payments/new")
        assert desk.page.find(id="amount")["value"] == shown
        assert submit_form(desk, f"/orders/{number}/payments", amount=other).status_code == 422
        assert submit_form(desk, f"/orders/{number}/payments", amount=shown).status_code == 303
    assert [(one.currency, one.paid) for one in list_orders(app)] == [("JPY", 1200), ("KWD", 1205)]


def test_a_viewer_deals_with_nothing_and_there_is_nothing_at_other_numbers(app, desk, sink, sold):
    looking = browser_of(app)
    sign_in(app, looking, sink, VIEWER)

    for path in ("payments/new", "shipments/new", "refunds/new", "cancellation", "edit", "shipments/1/letter"):
        assert looking.get(f"{HERE}/{path}").status_code == 403
        assert desk.get(f"/orders/9/{path}").status_code == 404
        assert desk.get(f"/orders/99999999999999999999/{path}").status_code == 404
    assert looking.get("/orders/new").status_code == 403
