"""Twenty double clicks on each button that moves money or goods, against the real server: each is done once.

On SQLite one process of 16 threads; on PostgreSQL two processes of 16.
"""

import re
import time
from collections import Counter

import pytest

from shop.extensions import db
from shop.orders.order import Order
from shop.orders.payment import Payment, Refund
from shop.orders.shipment import Shipment
from shop.stock.ledger import Movement
from shop.tokens import new_id
from tests import results
from tests.cast import STAFF
from tests.store import lines_of, make_variant, place_order, shelf
from tests.volley import Caller, statuses, volley

CLICKS = 20
ROWS = (Order, Payment, Shipment, Refund)


@pytest.fixture
def crowded(serve, database_url):
    processes = "2" if database_url.startswith("postgres") else "1"
    return serve(THREADS="16", WEB_CONCURRENCY=processes)


@pytest.fixture
def caller(crowded, sink):
    """Somebody of the staff, signed in at the running server, with the token of a page."""
    caller = Caller(crowded.url)
    caller.ask(STAFF)
    caller.open_link(sink.wait_for(STAFF).link)
    assert caller.post("/sign-in/link").status == 303
    caller.get("/orders/new")
    return caller


def double_click(caller, path, **fields):
    """Press twice at one instant; both are led to where the first one is."""
    answers = volley(caller.url, [caller.form(path, key=new_id(), **fields)] * 2)
    assert statuses(answers) == {303: 2}, [answer.heading for answer in answers]
    return Counter({path.rpartition("/")[2]: 1})


def kept(app, *kinds):
    with app.app_context():
        return [db.session.query(kind).count() for kind in kinds]


def test_a_double_click_is_done_once(app, caller, database_url):
    kind, began, clicked = database_url.partition(":")[0], time.monotonic(), Counter()
    mug = make_variant(app, on_hand=1000)
    for number in range(CLICKS):
        orders = [f"/orders/{1001 + 2 * number + one}" for one in range(2)]
        lines = [lines_of(app, place_order(app, (mug, 3)))[0] for _ in orders][:1]
        clicked += double_click(caller, f"{orders[0]}/payments", amount="30", method="cash")
        clicked += double_click(caller, f"{orders[0]}/shipments", **{f"units-{lines[0]}": "2"})
        units = {f"units-{lines[0]}": "2", f"restock-{lines[0]}": "y"}
        page = caller.post(f"{orders[0]}/refunds/new", key="any", **units).text
        basis = re.search(r'name="worked_out" value="([^"]+)"', page).group(1)
        clicked += double_click(caller, f"{orders[0]}/refunds", **units, amount="20", worked_out=basis)
        clicked += double_click(caller, f"{orders[1]}/cancellation", reason="Fraud", amount="0", restock="y")
        done = number + 1
        assert kept(app, *ROWS) == [2 * done, done, done, 2 * done]  # a cancellation is written as a refund, too
    with app.app_context():
        moved = [one.delta for one in db.session.query(Movement).filter(Movement.order_id.is_not(None))]
    assert Counter(moved) == {-2: CLICKS, 1: CLICKS}
    # Each time two mugs left and one of them came back; one that never left, and all that was cancelled, is on sale.
    assert shelf(app, mug) == (1000 - CLICKS, 0, 1000 - CLICKS)
    seconds = round(time.monotonic() - began, 1)
    rows = dict(zip(["orders", "payments", "shipments", "refunds"], kept(app, *ROWS), strict=True))
    results.write(f"double clicks, {kind}", clicks=dict(clicked), rows=rows, seconds=seconds)
