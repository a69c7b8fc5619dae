"""Putting orders in order: archive and tag, one or many or all that fit, and taking it back."""

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from shop import ids
from shop.audit.entries import Entry
from shop.extensions import db
from shop.orders import tidying
from shop.orders.order import Order, OrderTag
from shop.orders.timeline import OrderEvent
from shop.settings.reading import MOST_TAGS
from tests.cast import STAFF, VIEWER
from tests.front_door import sign_in
from tests.orders.small_shop import ACTS, make_order, open_shop
from tests.store import WHO

pytestmark = pytest.mark.both_databases


def snapshot(app):
    """Give what tidying may change of each order, by number."""
    with app.app_context():
        return {
            order.number: (str(order.status), order.is_to_ship, order.is_to_pay, tuple(order.tags))
            for order in db.session.scalars(select(Order))
        }


def changed(app, before):
    return {number for number, now in snapshot(app).items() if now != before[number]}


def button_of(page):
    """Give where the form of a page that asks first goes, and what it sends."""
    form = page.select_one("main form.panel")
    return form["action"], {one["name"]: one["value"] for one in form.find_all("input")}


def undo(client):
    return client.submit(client.page.select_one(".note-undo form")["action"], of="/orders?tab=all")


def events_of(app, kind):
    with app.app_context():
        return db.session.query(OrderEvent).filter_by(kind=kind).count()


def entries(app, event):
    with app.app_context():
        return [one.details for one in db.session.scalars(select(Entry).filter_by(event=event).order_by(Entry.id))]


def test_those_that_are_ticked_go_to_the_archive_and_come_back_as_they_were(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    before, chosen = snapshot(app), [shop.numbers[one] for one in (0, 1, 4, 7, 8)]  # one is there, one is cancelled
    answer = client.submit(
        "/orders/bulk", {"what": "archive", "ids": [*chosen, "999", "x"], "query": "tab=all&sort=total"}, of="/orders"
    )
    assert (answer.status_code, changed(app, before)) == (200, set())
    answer = client.submit(
        "/orders/bulk",
        {"what": "archive", "ids": [*chosen, "999"], "query": "tab=all&sort=total", "sure": "1", "unfinished": "3"},
        of="/orders",
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders?tab=all&sort=total")
    after = snapshot(app)
    assert changed(app, before) == {shop.numbers[one] for one in (0, 1, 4)}
    assert after[shop.numbers[0]] == ("archived", True, True, ("phone",))
    assert after[shop.numbers[8]][0] == "cancelled"
    assert entries(app, "orders_changed")[-1] == {"what": "archive", "number": 4}
    client.get("/orders?tab=all")
    assert "4 orders are archived." in client.page.get_text()
    assert undo(client).status_code == 303
    assert changed(app, before) == set()
    assert events_of(app, "reopened") == 4
    assert entries(app, "change_undone") == [{"what": "a change of orders", "number": 4}]
    assert client.submit("/orders/bulk", {"what": "unarchive", "ids": chosen}, of="/orders").status_code == 303
    assert changed(app, before) == {shop.numbers[7]}
    client.get("/orders")
    undo(client)
    assert changed(app, before) == set()


def tabs_of(client, number):
    """Give the tabs that have an order."""
    found = []
    for tab in ("open", "to-ship", "to-pay", "archived"):
        client.get(f"/orders?tab={tab}")
        found += [tab] if client.page.find("a", class_="main-link", string=f"#{number}") else []
    return found


@pytest.mark.parametrize(
    ("acts", "words", "stays"),
    [
        ("", "still has to be paid and sent", ["to-ship", "to-pay", "archived"]),
        ("pay", "still has to be sent", ["to-ship", "archived"]),
        ("ship", "still has to be paid", ["to-pay", "archived"]),
    ],
)
def test_one_that_is_not_done_is_asked_about_and_stays_where_it_is_waited_for(app, client, sink, acts, words, stays):
    [number] = open_shop(app, (acts,)).numbers
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)

    asked = client.submit(f"/orders/{number}/archive", of="/orders")
    client.get(asked.headers["Location"])

    assert words in client.page.main.get_text(" ", strip=True)
    assert (changed(app, before), events_of(app, "archived")) == (set(), 0)
    action, sent = button_of(client.page)
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

    assert (ticked.status_code, changed(app, before)) == (200, set())
    assert "1 of them still has to be paid or sent." in client.page.main.get_text()
    form = client.page.select_one("main form.panel")
    sent = [(one["name"], one["value"]) for one in form.find_all("input")]
    asked = client.submit("/orders/bulk", {"what": "archive", "all": "1", "query": "tab=open"}, of="/orders")
    client.get(asked.headers["Location"])
    assert "2 of them still have to be paid or sent." in client.page.main.get_text()
    assert client.post("/orders/bulk", data=MultiDict(sent)).status_code == 303
    assert {number for number, now in snapshot(app).items() if now[0] == "archived"} == set(shop.numbers[:2])


def test_those_that_are_in_the_archive_already_are_not_counted_as_going_there(app, client, sink):
    shop = open_shop(app, ("", "pay", "", "pay ship archive"))
    sign_in(app, client, sink, STAFF)

    client.submit("/orders/bulk", {"what": "archive", "ids": shop.numbers}, of="/orders")

    words = " ".join(client.page.main.get_text().split())
    assert client.page.h1.get_text() == "Archive 3 orders?"
    assert "3 of them still have to be paid or sent." in words
    assert "1 of the 4 chosen is in the archive already, and stays as it is." in words
    assert client.page.select_one("main form button").get_text() == "Archive 3 orders"
    action = "/orders/bulk"
    client.get(f"{action}?what=unarchive&all=1&query=tab%3Dall")
    assert client.page.h1.get_text() == "Take 1 order out of the archive?"
    assert "3 of the 4 chosen are not in the archive" in " ".join(client.page.main.get_text().split())


def test_what_is_not_done_since_the_question_is_asked_about_again(app, client, sink):
    shop = open_shop(app, ("pay ship", "pay ship"))
    sign_in(app, client, sink, STAFF)
    sent = {
        "what": "archive",
        "all": "1",
        "sure": "1",
        "expected": ids.digest([1, 2, 3]),
        "unfinished": "0",
        "query": "tab=open",
    }
    make_order(app, shop, 2)
    before = snapshot(app)

    answer = client.submit("/orders/bulk", sent, of="/orders")

    assert (answer.status_code, changed(app, before)) == (409, set())
    assert button_of(client.page)[1]["unfinished"] == "1"


def test_a_tag_is_given_and_taken_in_any_spelling_and_undo_leaves_others_alone(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)
    three = shop.numbers[:3]  # tagged phone; VIP and phone; nothing
    client.submit("/orders/bulk", {"what": "tag", "tag": " vip ", "ids": three}, of="/orders")
    assert [snapshot(app)[number][3] for number in three] == [("phone", "vip"), ("VIP", "phone"), ("vip",)]
    client.get("/orders")
    undo(client)
    assert changed(app, before) == set()
    client.submit("/orders/bulk", {"what": "untag", "tag": "Vip", "ids": three}, of="/orders")
    assert [snapshot(app)[number][3] for number in three] == [("phone",), ("phone",), ()]
    client.get("/orders")
    undo(client)
    assert changed(app, before) == set()
    with app.app_context():
        versions = [db.session.scalar(select(Order.version).where(Order.number == number)) for number in three]
        assert versions == [3, 3, 3]


def test_an_order_with_all_the_tags_it_may_have_is_given_no_other(app, client, sink):
    numbers = open_shop(app, ("", "")).numbers
    sign_in(app, client, sink, STAFF)
    with app.app_context():
        full = db.session.scalar(select(Order).where(Order.number == numbers[0]))
        full.tag_rows += [OrderTag(tag=f"tag {one}") for one in range(MOST_TAGS - len(full.tags))]
        db.session.commit()
    before = snapshot(app)
    for said in (
        f"1 order is tagged “new”; 1 has {MOST_TAGS} tags",
        f"Nothing changed: 1 of these orders has {MOST_TAGS}",
    ):
        client.submit(
            "/orders/bulk", {"what": "tag", "tag": "new", "ids": numbers}, of="/orders", follow_redirects=True
        )
        assert said in client.page.select_one(".note").get_text()
        assert changed(app, before) == {numbers[1]}


def test_more_ticks_than_one_press_may_have_are_refused_before_they_are_looked_for(app, client, sink):
    open_shop(app, ("",))
    sign_in(app, client, sink, STAFF)
    ids = ",".join(str(one) for one in range(1, 40_000))
    assert client.submit("/orders/bulk", {"what": "archive", "ids": ids}, of="/orders").status_code == 303
    client.get("/orders")
    assert "Narrow the list" in client.page.get_text()
    assert [one[0] for one in snapshot(app).values()] == ["open"]


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
    assert changed(app, before) == set()
    action, sent = button_of(client.page)
    assert client.post(action, data=sent).headers["Location"] == "/orders?tab=open&payment=paid"
    assert changed(app, before) == paid
    now = snapshot(app)
    monkeypatch.setattr(tidying, "MOST", 1)
    client.post(action, data={**sent, "tag": "summer"})
    client.get("/orders")
    assert "Narrow the list" in client.page.get_text()
    assert changed(app, now) == set()


# What leaves it open which orders are all that fit: taken for no filter, it would be every order of the shop.
ALL = str(len(ACTS))
UNREAD = [
    ({"query": "q=☕", "expected": ALL}, "Type letters or digits"),
    ({"query": "tab=gone", "expected": ALL}, "There is no tab “gone”."),
    ({"query": "tab=all&from=whenever", "expected": ALL}, "Enter a day"),
    ({"query": "tab=all&least=plenty", "expected": ALL}, "Total from"),
    ({"query": "tab=all&costumer=ada", "expected": ALL}, "The list cannot be read"),
    ({"query": "all", "expected": ALL}, "The list cannot be read"),
]


@pytest.mark.parametrize("what", ["archive", "tag", "packing-slips"])
def test_others_than_were_shown_are_shown_anew_and_changes_nothing(app, client, sink, what):
    shop = open_shop(app, ("pay", "pay", ""))
    sign_in(app, client, sink, STAFF)
    asked = {"what": what, "tag": "spring", "all": "1", "query": "tab=open&payment=paid"}
    client.get(client.submit("/orders/bulk", asked, of="/orders").headers["Location"])
    action, sent = button_of(client.page)
    assert "2 orders" in client.page.h1.get_text()
    shop.numbers.append(make_order(app, shop, 3, "pay"))
    before = snapshot(app)
    for forged in (sent, {**sent, "expected": ""}, {**sent, "expected": "x"}):
        answer = client.post(action, data=forged)
        assert answer.status_code in (409, 303), forged
        assert (changed(app, before), events_of(app, "printed")) == (set(), 0)
    assert client.post(action, data=sent).status_code == 409
    assert "other orders fit the list" in client.page.find(role="alert").get_text()
    assert "3 orders" in client.page.h1.get_text()
    action, sent = button_of(client.page)
    assert client.post(action, data=sent).status_code == 303
    assert len(changed(app, before)) == (0 if what == "packing-slips" else 3)
    assert events_of(app, "printed") == (3 if what == "packing-slips" else 0)


def test_as_many_others_than_were_shown_are_shown_anew(app, client, sink):
    shop = open_shop(app, ("pay", "pay", ""))
    sign_in(app, client, sink, STAFF)
    asked = {"what": "tag", "tag": "spring", "all": "1", "query": "tab=open&payment=paid"}
    client.get(client.submit("/orders/bulk", asked, of="/orders").headers["Location"])
    action, sent = button_of(client.page)
    with app.app_context():
        tidying.archive([1], **WHO)
        db.session.commit()
    make_order(app, shop, 3, "pay")
    before = snapshot(app)

    answer = client.post(action, data=sent)

    assert (answer.status_code, changed(app, before)) == (409, set())
    assert "2 orders" in client.page.h1.get_text()


def test_what_makes_no_sense_changes_nothing_and_says_why(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)
    for fields, sentence in (
        ({"what": "archive"}, "Tick at least one order first."),
        ({"what": "explode", "ids": shop.numbers}, "Choose what is to be done."),
        ({"what": "tag", "ids": shop.numbers}, "Enter one tag, without commas."),
        ({"what": "tag", "tag": "a, b", "ids": shop.numbers}, "Enter one tag, without commas."),
        ({"what": "tag", "tag": "a\x00b", "ids": shop.numbers}, "without control characters"),
        ({"what": "unarchive", "ids": shop.numbers[:1]}, "Nothing changed"),
        *(
            ({"what": "archive", "all": "1", "sure": sure, **asked}, said)
            for sure in ("", "1")
            for asked, said in UNREAD
        ),
    ):
        assert client.submit("/orders/bulk", fields, of="/orders", follow_redirects=True).status_code == 200
        assert sentence in client.page.find("main").get_text(), fields
    assert changed(app, before) == set()
    assert entries(app, "orders_changed") == [{"what": "archive", "number": 1}]  # the one of the shop itself


def test_one_order_is_archived_and_taken_out_again(app, client, other, sink):
    shop = open_shop(app)
    number, before = shop.numbers[0], snapshot(app)
    sign_in(app, client, sink, STAFF)
    answer = client.submit(f"/orders/{number}/archive?back=tab%3Dto-pay", {"sure": "1"}, of="/orders")
    assert answer.headers["Location"] == f"/orders/{number}?back=tab%3Dto-pay"
    client.get(answer.headers["Location"])
    assert "1 order is archived." in client.page.get_text()
    assert client.page.find("a", string="Orders", href="/orders?tab=to-pay")
    assert changed(app, before) == {number}
    client.submit(f"/orders/{number}/archive/removal", of="/orders")
    assert changed(app, before) == set()
    sign_in(app, other, sink, VIEWER)
    for path in (f"/orders/{number}/archive", "/orders/bulk", f"/orders/{number}/comments", f"/orders/{number}/note"):
        assert other.submit(path, {"what": "archive", "ids": [number], "note": "x"}, of="/orders").status_code == 403
    assert changed(app, before) == set()
