"""Bulk changes of orders have a preview, and change exactly the orders in it."""

import pytest

from shop.extensions import db
from shop.orders import archive, bulk_changes
from tests.factories import ACTOR
from tests.orders.bulk_helpers import audit_details, changed_orders, count_events, read_button, snapshot
from tests.orders.sample_shop import ACTS, make_order, open_shop
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in


def test_all_that_fit_are_shown_before_they_are_changed(app, client, sink, monkeypatch):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)
    fields = {"what": "tag", "tag": "spring", "all": "1", "query": "tab=open&payment=paid", "ids": [shop.numbers[0]]}

    asked = client.submit("/orders/bulk", fields, of="/orders")
    assert asked.status_code == 303
    client.get(asked.headers["Location"])
    paid = {number for number, acts in zip(shop.numbers, ACTS, strict=True) if acts in ("pay", "pay ship")}
    assert client.page.h1.get_text() == f"Add the tag “spring” to {len(paid)} orders?"
    assert changed_orders(app, before) == set()

    action, sent = read_button(client.page)
    assert client.post(action, data=sent).headers["Location"] == "/orders?tab=open&payment=paid"
    assert changed_orders(app, before) == paid

    now = snapshot(app)
    monkeypatch.setattr(bulk_changes, "MOST_ORDERS", 1)
    client.post(action, data={**sent, "tag": "summer"})
    client.get("/orders")
    assert "Filter the list" in client.page.get_text()
    assert changed_orders(app, now) == set()


@pytest.mark.parametrize("what", ["archive", "tag", "packing-slips"])
def test_others_than_were_shown_are_shown_anew_and_changes_nothing(app, client, sink, what):
    shop = open_shop(app, ("pay", "pay", ""))
    sign_in(app, client, sink, STAFF)
    asked = {"what": what, "tag": "spring", "all": "1", "query": "tab=open&payment=paid"}

    client.get(client.submit("/orders/bulk", asked, of="/orders").headers["Location"])
    action, sent = read_button(client.page)
    assert "2 orders" in client.page.h1.get_text()

    shop.numbers.append(make_order(app, shop, 3, "pay"))
    before = snapshot(app)
    for forged in (sent, {**sent, "expected": ""}, {**sent, "expected": "x"}):
        answer = client.post(action, data=forged)
        assert answer.status_code in (409, 303), forged
        assert (changed_orders(app, before), count_events(app, "printed")) == (set(), 0)
    assert client.post(action, data=sent).status_code == 409
    assert "The list has changed since you opened it." in client.page.find(role="alert").get_text()
    assert "3 orders" in client.page.h1.get_text()

    action, sent = read_button(client.page)
    assert client.post(action, data=sent).status_code == 303
    assert len(changed_orders(app, before)) == (0 if what == "packing-slips" else 3)
    assert count_events(app, "printed") == (3 if what == "packing-slips" else 0)


def test_as_many_others_than_were_shown_are_shown_anew(app, client, sink):
    shop = open_shop(app, ("pay", "pay", ""))
    sign_in(app, client, sink, STAFF)
    asked = {"what": "tag", "tag": "spring", "all": "1", "query": "tab=open&payment=paid"}
    client.get(client.submit("/orders/bulk", asked, of="/orders").headers["Location"])
    action, sent = read_button(client.page)
    with app.app_context():
        archive.archive_orders([1], actor=ACTOR)
        db.session.commit()
    make_order(app, shop, 3, "pay")
    before = snapshot(app)

    answer = client.post(action, data=sent)

    assert (answer.status_code, changed_orders(app, before)) == (409, set())
    assert "2 orders" in client.page.h1.get_text()


# Unreadable filters: treated as no filter, they would select every order of the shop.
ALL = str(len(ACTS))
UNREAD = [
    ({"query": "q=☕", "expected": ALL}, "Enter letters or digits"),
    ({"query": "tab=gone", "expected": ALL}, "There is no tab “gone”."),
    ({"query": "tab=all&from=whenever", "expected": ALL}, "Enter a date"),
    ({"query": "tab=all&least=plenty", "expected": ALL}, "Minimum total"),
    ({"query": "tab=all&costumer=ada", "expected": ALL}, "This list link is no longer valid"),
    ({"query": "all", "expected": ALL}, "This list link is no longer valid"),
]


def test_what_makes_no_sense_changes_nothing_and_says_why(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)

    for fields, sentence in (
        ({"what": "archive"}, "Select at least one order."),
        ({"what": "explode", "ids": shop.numbers}, "Choose an action."),
        ({"what": "tag", "ids": shop.numbers}, "Enter one tag, without commas."),
        ({"what": "tag", "tag": "a, b", "ids": shop.numbers}, "Enter one tag, without commas."),
        ({"what": "tag", "tag": "a\x00b", "ids": shop.numbers}, "without control characters"),
        ({"what": "unarchive", "ids": shop.numbers[:1]}, "Nothing to change"),
        *(
            ({"what": "archive", "all": "1", "sure": sure, **asked}, said)
            for sure in ("", "1")
            for asked, said in UNREAD
        ),
    ):
        assert client.submit("/orders/bulk", fields, of="/orders", follow_redirects=True).status_code == 200
        assert sentence in client.page.find("main").get_text(), fields
    assert changed_orders(app, before) == set()
    assert audit_details(app, "orders_changed") == [{"what": "archive", "number": 1}]  # the one of the sample shop


def test_more_ticks_than_one_press_may_have_are_refused_before_they_are_looked_for(app, client, sink):
    open_shop(app, ("",))
    sign_in(app, client, sink, STAFF)
    ids = ",".join(str(one) for one in range(1, 40_000))

    assert client.submit("/orders/bulk", {"what": "archive", "ids": ids}, of="/orders").status_code == 303
    client.get("/orders")
    assert "Filter the list" in client.page.get_text()
    assert [one[0] for one in snapshot(app).values()] == ["open"]
