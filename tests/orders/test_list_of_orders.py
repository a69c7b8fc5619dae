"""The list of orders: its content, order numbers in its search box, its pages, and its cost."""

import pytest

from shop.extensions import db
from shop.lists import pagination
from shop.settings import store
from tests.factories import create_order, make_customer, make_variant
from tests.orders.sample_shop import ACTS, copy_orders, open_shop
from tests.sample_people import STAFF, VIEWER
from tests.sign_in_flow import sign_in
from tests.sql_statements import record_statements

pytestmark = pytest.mark.both_databases

HOSTILE = "<b>\u202e\"'x💥 =1+1"


def numbers_on(client):
    return [int(link.get_text().lstrip("#")) for link in client.page.select("table a.main-link")]


def follow(client, rel):
    client.get(client.page.find("a", rel=rel)["href"])
    return numbers_on(client)


def test_a_number_typed_in_any_way_opens_that_order_at_once(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, VIEWER)
    number = shop.numbers[7]  # it is archived, and the list shows the open ones

    for prefix, ways in {
        "#": ["{n}", "#{n}", "  # {n} ", "\uff03{n}", "00{n}"],
        "SHOP-": ["{n}", "SHOP-{n}", "shop-{n}", " Shop- {n}\t", "#{n}"],
        "2026/": ["2026/{n}", "{n}"],
    }.items():
        with app.app_context():
            store.get_locked_store().order_prefix = prefix
            db.session.commit()
        for way in ways:
            answer = client.get("/orders", query_string={"q": way.format(n=number), "tab": "open"})
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{number}"), way
    for other in ("999999", "99999999999999999999", f"x{number}", f"-{number}", "#", "²"):
        assert client.get("/orders", query_string={"q": other}).status_code == 200
        assert "No results" in client.page.get_text()
    for path in ("/orders/999999", "/orders/99999999999999999999", "/orders/0"):
        assert client.get(path).status_code == 404


def test_pages_follow_one_another_and_come_back_and_know_the_way_to_an_order(app, client, sink, monkeypatch):
    monkeypatch.setattr(pagination.load_page, "__kwdefaults__", {"count": None, "size": 3})
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)

    client.get("/orders?tab=all&sort=-number")
    newest = shop.numbers[::-1]
    assert numbers_on(client) == newest[:3]

    assert follow(client, "next") == newest[3:6]
    assert follow(client, "next") == newest[6:9]
    assert follow(client, "prev") == newest[3:6]

    first = client.page.select_one("table a.main-link")["href"]
    client.get(first)
    assert client.page.find("a", rel="prev").get_text() == f"← #{newest[4]}"
    assert client.page.find("a", rel="next").get_text() == f"#{newest[2]} →"
    client.get(client.page.find("a", rel="next")["href"])
    client.get(client.page.find("a", string="Orders", class_=None, href=lambda url: "?" in url)["href"])
    assert numbers_on(client) == newest[3:6]


def test_tabs_count_what_they_hold_and_an_empty_one_says_so(app, client, sink):
    sign_in(app, client, sink, STAFF)
    for tab, sentence in {"all": "No orders yet", "open": "All caught up", "cancelled": "No canceled orders"}.items():
        client.get(f"/orders?tab={tab}")
        assert sentence in client.page.get_text()

    open_shop(app)
    client.get("/orders?tab=to-ship")
    counted = {link.contents[0].strip(): link.find(class_="count").get_text() for link in client.page.select(".tabs a")}
    closed = {acts for acts in ACTS if "archive" in acts or "cancel" in acts}
    sent = {"pay ship", "ship", "pay refund"}  # the only unit of the last was removed from the order
    to_ship = [acts for acts in ACTS if acts not in closed | sent]
    assert counted["All"] == str(len(ACTS))
    assert counted["Open"] == str(len(ACTS) - len(closed))
    assert counted["To ship"] == str(len(to_ship)) == str(len(numbers_on(client)))
    assert (counted["Canceled"], counted["Archived"]) == ("2", "1")


def test_sixty_orders_make_as_many_statements_as_one(app, client, sink):
    paths = ("/orders?tab=all", "/orders?tab=all&product=mug&tag=phone", "/orders?tab=all&q=byron&sort=total")
    open_shop(app)
    sign_in(app, client, sink, STAFF)

    def ask():
        counted = []
        for path in paths:
            client.get(path)
            with record_statements() as made:
                client.get(path)
            counted.append(len(made))
        return counted

    few = ask()
    copy_orders(app, 60)

    assert ask() == few
    assert len(numbers_on(client)) == 50


PAPER = "/orders/printing?numbers=1001&kind="


def test_hostile_names_are_shown_as_text(app, client, sink):
    sign_in(app, client, sink, STAFF)
    variant = make_variant(app, title=HOSTILE, sku=HOSTILE)
    customer = make_customer(app, name=HOSTILE)
    create_order(app, (variant, 1), customer_id=customer, tags=[HOSTILE], note=HOSTILE, delivery={"name": HOSTILE})

    for path in ("/orders", "/orders/1001", f"{PAPER}packing-slips", f"{PAPER}invoices"):
        client.get(path)
        assert HOSTILE in client.page.get_text(), path
        assert not client.page.find_all("b"), path
    client.get("/orders", query_string={"tab": "all", "tag": HOSTILE, "customer": HOSTILE, "q": HOSTILE})
    assert not client.page.find_all("b")


def test_a_viewer_sees_no_button_for_what_is_refused(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, VIEWER)
    for path in ("/orders?tab=all", f"/orders/{shop.numbers[3]}"):
        client.get(path)
        main = client.page.find("main")
        assert main.find_all("form", method="post") == []
        assert not [link for link in main.find_all("a") if link["href"].endswith(("/new", "/edit", "/cancellation"))]
