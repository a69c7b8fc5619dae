"""Fifty customers and twenty double clicks on the real server, simultaneously: ten orders, and each act once."""

from collections import Counter

import pytest
from bs4 import BeautifulSoup

from shop.extensions import db
from shop.orders.models.order import Order
from shop.tokens import new_id
from tests import factories, results
from tests.concurrency import WireBrowser, send_together
from tests.orders import oracle
from tests.orders.form_helpers import read_form
from tests.sample_people import STAFF

pytestmark = [pytest.mark.both_databases, pytest.mark.prove]

BUYERS, LAST = 50, 10
CLICKS = 20
# SQLite has a writer wait five seconds for the lock. On a very busy machine the response is "try again in a moment": it
# sold nothing and did nothing.
TRY_AGAIN = 503


@pytest.fixture
def desk(app, serve, sink):
    """A staff member's browser at the real server."""
    caller = WireBrowser(serve(THREADS="16").url)
    caller.ask(STAFF)
    caller.get("/sign-in/code")
    assert caller.post("/sign-in/code", code=sink.wait_for(STAFF, seconds=30).code).status == 303
    return caller


def test_many_hands_at_one_instant(app, desk):
    # One server for all three: each takes a second to start.
    figures = {
        f"{BUYERS} orders for the last {LAST}": fifty_orders_for_the_last_ten(app, desk),
        f"{CLICKS} double clicks": twenty_double_clicks_are_one_act_each(app, desk),
        f"{CLICKS} hands, refund against cancel": refunds_and_a_cancellation_restock_nothing_twice(app, desk),
    }
    kind = "postgresql" if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql") else "sqlite"
    results.save_figures(f"orders at once, over the wire, {kind}", **figures)


def fifty_orders_for_the_last_ten(app, desk):
    variant = factories.make_variant(app, on_hand=LAST)
    desk.get("/orders/new")
    typed = form_of(desk.post("/orders/new/draft", key=new_id(), add=str(variant)))
    came = click(desk, [["/orders/new", {**typed, "key": new_id()}] for _ in range(BUYERS)])
    assert came.pop(303) == LAST
    assert set(came) <= {409, TRY_AGAIN}
    assert factories.get_stock(app, variant) == (LAST, LAST, 0)
    assert len(look_through(app)) == LAST
    return {303: LAST, **came}


def twenty_double_clicks_are_one_act_each(app, desk):
    came = {}
    gift = {"lines-0-title": "Gift wrap", "lines-0-price": "2.50", "lines-0-quantity": "1"}
    wrapped = {**form_of(desk.get("/orders/new")), **gift}
    came["place"] = click(desk, [["/orders/new", wrapped]] * CLICKS)
    assert len(look_through(app)) == LAST + 1

    order_id, line, page = order_of(app)
    came["pay"] = click(desk, [[f"{page}/payments", form_of(desk.get(f"{page}/payments/new"))]] * CLICKS)
    parcel = {**form_of(desk.get(f"{page}/shipments/new")), f"units-{line}": "3"}
    came["ship"] = click(desk, [[f"{page}/shipments", parcel]] * CLICKS)
    came["refund"] = click(desk, [[f"{page}/refunds", refund_of(desk, page, line, 2)]] * CLICKS)
    known = look_through(app)[order_id]
    assert (known.payments, known.refunded, known.shipped) == ([4500], 2000, 3)
    assert [(one.removed, one.returned) for one in known.lines] == [(1, 1)]

    order_id, line, page = order_of(app)
    pay(desk, page)
    came["cancel"] = click(desk, [[f"{page}/cancellation", form_of(desk.get(f"{page}/cancellation"))]] * CLICKS)
    known = look_through(app)[order_id]
    assert (known.payments, known.refunded, known.is_cancelled) == ([4500], 4500, True)

    assert all(one[303] and set(one) <= {303, TRY_AGAIN} for one in came.values())
    return came


def refunds_and_a_cancellation_restock_nothing_twice(app, desk):
    order_id, line, page = order_of(app)
    pay(desk, page)
    back = refund_of(desk, page, line, 1)
    end = {**form_of(desk.get(f"{page}/cancellation")), "amount": "0"}
    pairs = [
        [[f"{page}/refunds", {**back, "key": new_id()}], [f"{page}/cancellation", end]] for _ in range(CLICKS // 2)
    ]
    came = click(desk, [one for pair in pairs for one in pair])
    assert set(came) <= {303, 422, TRY_AGAIN}
    known = look_through(app)[order_id]
    assert known.is_cancelled
    assert [(one.removed, one.returned) for one in known.lines] == [(4, 0)]
    assert known.refunded == 1000 * sum(1 for row in known.refunds if row.amount)
    return came


def form_of(answer):
    """Return the values of a page's form."""
    assert answer.status == 200
    return read_form(BeautifulSoup(answer.text, "html.parser"))


def refund_of(desk, page, line, units):
    """Return what the button sends that refunds units of a line, after the amount was calculated."""
    chosen = {**form_of(desk.get(f"{page}/refunds/new")), f"units-{line}": str(units)}
    return form_of(desk.post(f"{page}/refunds/new", **{**chosen, "csrf_token": desk.token}))


def pay(desk, page):
    form = form_of(desk.get(f"{page}/payments/new"))
    assert desk.post(f"{page}/payments", **{**form, "csrf_token": desk.token}).status == 303


def click(desk, presses):
    """Submit forms to their paths simultaneously; return the number of each status."""
    requests = [desk.form(path, **{**typed, "csrf_token": desk.token}) for path, typed in presses]
    return dict(sorted(Counter(answer.status for answer in send_together(desk.url, requests)).items()))


def order_of(app):
    """Create an order of four; return its id, its line's id and its page's path."""
    order_id = factories.create_order(app, (factories.make_variant(app), 4), shipping=500)
    with app.app_context():
        order = db.session.get_one(Order, order_id)
        return order_id, order.lines[0].id, f"/orders/{order.number}"


def look_through(app):
    """Check all books against each other; return them by order."""
    with app.app_context():
        all_books = {row.id: oracle.read_order(row.id) for row in oracle.rows("SELECT id FROM orders")}
        for one in all_books.values():
            oracle.check_money(one)
            oracle.check_units(one)
            oracle.check_states(one)
        for row in oracle.rows("SELECT id FROM variants"):
            oracle.check_stock(row.id, all_books.values())
        oracle.check_numbers()
        return all_books
