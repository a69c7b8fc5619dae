"""Archived orders: one or many, confirmed if they are unfinished, and restored."""

import pytest
from werkzeug.datastructures import MultiDict

from shop import ids
from tests.orders.bulk_helpers import audit_details, changed_orders, count_events, press_undo, read_button, snapshot
from tests.orders.sample_shop import make_order, open_shop
from tests.sample_people import STAFF, VIEWER
from tests.sign_in_flow import sign_in


@pytest.fixture
def chosen(app, client, sink):
    """The numbers of five orders: three open, one archived, one cancelled; the browser is a staff member's."""
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    return [shop.numbers[one] for one in (0, 1, 4, 7, 8)]


def archive(client, numbers):
    """Archive orders, with confirmation for the three unfinished ones."""
    fields = {"what": "archive", "ids": numbers, "query": "tab=all&sort=total", "sure": "1", "unfinished": "3"}
    return client.submit("/orders/bulk", fields, of="/orders")


def test_those_that_are_ticked_go_to_the_archive(app, client, chosen):
    before = snapshot(app)

    answer = archive(client, [*chosen, "999"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders?tab=all&sort=total")
    after = snapshot(app)
    assert changed_orders(app, before) == {chosen[one] for one in (0, 1, 2)}
    assert after[chosen[0]] == ("archived", True, True, ("phone",))
    assert after[chosen[4]][0] == "cancelled"
    assert audit_details(app, "orders_changed")[-1] == {"what": "archive", "number": 4}
    client.get("/orders?tab=all")
    assert "4 orders archived." in client.page.get_text()


def test_ticks_that_name_no_order_do_no_harm_and_nothing_is_archived_unasked(app, client, chosen):
    before = snapshot(app)
    fields = {"what": "archive", "ids": [*chosen, "999", "x"], "query": "tab=all&sort=total"}

    answer = client.submit("/orders/bulk", fields, of="/orders")

    assert (answer.status_code, changed_orders(app, before)) == (200, set())


def test_those_that_were_archived_come_back_as_they_were(app, client, chosen):
    before = snapshot(app)
    archive(client, chosen)
    client.get("/orders?tab=all")

    assert press_undo(client).status_code == 303

    assert changed_orders(app, before) == set()
    assert count_events(app, "reopened") == 4
    assert audit_details(app, "change_undone") == [{"what": "a change to orders", "number": 4}]


def test_those_that_were_taken_out_of_the_archive_go_back(app, client, chosen):
    before = snapshot(app)
    assert client.submit("/orders/bulk", {"what": "unarchive", "ids": chosen}, of="/orders").status_code == 303
    assert changed_orders(app, before) == {chosen[3]}
    client.get("/orders")

    press_undo(client)

    assert changed_orders(app, before) == set()


def tabs_of(client, number):
    """Return the tabs that show an order."""
    found = []
    for tab in ("open", "to-ship", "to-pay", "archived"):
        client.get(f"/orders?tab={tab}")
        found += [tab] if client.page.find("a", class_="main-link", string=f"#{number}") else []
    return found


@pytest.mark.parametrize(
    ("acts", "words", "stays"),
    [
        ("", "hasn't been fully paid or shipped yet", ["to-ship", "to-pay", "archived"]),
        ("pay", "hasn't been fully shipped yet", ["to-ship", "archived"]),
        ("ship", "hasn't been fully paid yet", ["to-pay", "archived"]),
    ],
)
def test_one_that_is_not_done_is_asked_about_and_stays_where_it_is_waited_for(app, client, sink, acts, words, stays):
    [number] = open_shop(app, (acts,)).numbers
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)

    asked = client.submit(f"/orders/{number}/archive", of="/orders")
    client.get(asked.headers["Location"])

    assert words in client.page.main.get_text(" ", strip=True)
    assert (changed_orders(app, before), count_events(app, "archived")) == (set(), 0)
    action, sent = read_button(client.page)
    assert client.post(action, data=sent).status_code == 303
    assert tabs_of(client, number) == stays
    client.get("/")
    assert client.page.find("a", href="/orders?tab=to-pay").find_parent("li").get_text(" ").split()[0] in ("0", "1")


def test_an_order_that_is_done_goes_to_the_archive_unasked(app, client, sink):
    [number] = open_shop(app, ("pay ship",)).numbers
    sign_in(app, client, sink, STAFF)

    answer = client.submit(f"/orders/{number}/archive", of="/orders")

    assert answer.headers["Location"] == f"/orders/{number}"
    assert tabs_of(client, number) == ["archived"]


def test_those_of_many_that_are_not_done_are_asked_about_whether_ticked_or_found(app, client, sink):
    shop = open_shop(app, ("", "pay ship", "pay"))
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)

    ticked = client.submit("/orders/bulk", {"what": "archive", "ids": shop.numbers[:2]}, of="/orders")

    assert (ticked.status_code, changed_orders(app, before)) == (200, set())
    assert "1 of them hasn't been fully paid or shipped yet." in client.page.main.get_text()
    form = client.page.select_one("main form.panel")
    sent = [(one["name"], one["value"]) for one in form.find_all("input")]
    asked = client.submit("/orders/bulk", {"what": "archive", "all": "1", "query": "tab=open"}, of="/orders")
    client.get(asked.headers["Location"])
    assert "2 of them haven't been fully paid or shipped yet." in client.page.main.get_text()
    assert client.post("/orders/bulk", data=MultiDict(sent)).status_code == 303
    assert {number for number, now in snapshot(app).items() if now[0] == "archived"} == set(shop.numbers[:2])


def test_those_that_are_in_the_archive_already_are_not_counted_as_going_there(app, client, sink):
    shop = open_shop(app, ("", "pay", "", "pay ship archive"))
    sign_in(app, client, sink, STAFF)

    client.submit("/orders/bulk", {"what": "archive", "ids": shop.numbers}, of="/orders")

    words = " ".join(client.page.main.get_text().split())
    assert client.page.h1.get_text() == "Archive 3 orders?"
    assert "3 of them haven't been fully paid or shipped yet." in words
    assert "1 of the 4 selected orders is already archived and won't change." in words
    assert client.page.select_one("main form button").get_text() == "Archive 3 orders"
    action = "/orders/bulk"
    client.get(f"{action}?what=unarchive&all=1&query=tab%3Dall")
    assert client.page.h1.get_text() == "Unarchive 1 order?"
    assert "3 of the 4 selected orders aren't archived" in " ".join(client.page.main.get_text().split())


def test_what_is_not_done_since_the_question_is_asked_about_again(app, client, sink):
    shop = open_shop(app, ("pay ship", "pay ship"))
    sign_in(app, client, sink, STAFF)
    sent = {
        "what": "archive",
        "all": "1",
        "sure": "1",
        "expected": ids.digest_ids([1, 2, 3]),
        "unfinished": "0",
        "query": "tab=open",
    }
    make_order(app, shop, 2)
    before = snapshot(app)

    answer = client.submit("/orders/bulk", sent, of="/orders")

    assert (answer.status_code, changed_orders(app, before)) == (409, set())
    assert read_button(client.page)[1]["unfinished"] == "1"


def test_one_order_is_archived_and_taken_out_again(app, client, other, sink):
    shop = open_shop(app)
    number, before = shop.numbers[0], snapshot(app)
    sign_in(app, client, sink, STAFF)

    answer = client.submit(f"/orders/{number}/archive?back=tab%3Dto-pay", {"sure": "1"}, of="/orders")
    assert answer.headers["Location"] == f"/orders/{number}?back=tab%3Dto-pay"
    client.get(answer.headers["Location"])
    assert "1 order archived." in client.page.get_text()
    assert client.page.find("a", string="Orders", href="/orders?tab=to-pay")
    assert changed_orders(app, before) == {number}

    client.submit(f"/orders/{number}/archive/removal", of="/orders")
    assert changed_orders(app, before) == set()

    sign_in(app, other, sink, VIEWER)
    for path in (f"/orders/{number}/archive", "/orders/bulk", f"/orders/{number}/comments", f"/orders/{number}/note"):
        assert other.submit(path, {"what": "archive", "ids": [number], "note": "x"}, of="/orders").status_code == 403
    assert changed_orders(app, before) == set()
