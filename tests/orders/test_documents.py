"""Printed documents: the content of each, its timeline entry, and a page for each order."""

import re
from contextlib import contextmanager
from urllib.parse import urlsplit

from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders.models.event import OrderEvent
from shop.settings import store
from tests.browser.windows import open_chromium
from tests.orders.sample_shop import BOARD, CARD, MUG, copy_orders, open_shop
from tests.sample_people import STAFF, VIEWER
from tests.sign_in_flow import sign_in
from tests.sql_statements import record_statements

BOX = re.compile(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]")
SIZES = {"A4": (595, 842), "Letter": (612, 792)}  # in points


def ask_paper(client, kind, numbers):
    """Click print, and follow to the documents."""
    answer = client.submit("/orders/printing", {"kind": kind, "numbers": numbers}, of="/orders")
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200
    return answer.headers["Location"]


def sheets(client):
    return [" ".join(sheet.get_text(" ").split()) for sheet in client.page.select("article.sheet")]


def printed(app):
    with app.app_context():
        printed = db.session.query(OrderEvent).filter_by(kind="printed").order_by(OrderEvent.id)
        return [(one.order_id, one.details["what"]) for one in printed]


def test_a_packing_slip_has_no_price_and_says_what_is_to_be_packed(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)

    ask_paper(client, "packing-slips", [shop.numbers[5], shop.numbers[1]])
    whole, part = sheets(client)
    assert f"Packing slip #{shop.numbers[1]}" in whole
    assert f"OAK-77 {BOARD} 2" in whole
    assert "1 Mill Lane" in part
    assert f"CARD {CARD} 2 1 1" in part  # ordered, shipped before, to pack
    assert "€" not in whole + part

    ask_paper(client, "packing-slips", shop.numbers[6:7])
    assert "No items left in this order." in sheets(client)[0]


def test_an_invoice_adds_up_and_names_the_shop(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)

    ask_paper(client, "invoices", shop.numbers[2:3])

    [text] = sheets(client)
    for part in ("Corner Shop", "1 Mill Lane Springfield", f"Invoice #{shop.numbers[2]}", "Ordered on 9 Mar 2026"):
        assert part in text
    for part in (f"CARD {CARD} 1 €3.00 €3.00", "Shipping €4.90", "Total €20.40", "Includes 19% tax €3.26"):
        assert part in text
    assert "Paid €1.00" in text
    assert "Balance due €19.40" in text


def test_the_pick_list_sums_what_is_to_be_sent_by_title(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)

    ask_paper(client, "pick-list", shop.numbers)
    rows = [[cell.get_text(strip=True) for cell in row.find_all("td")[1:]] for row in client.page.select("tbody tr")]
    # Orders 0, 1, 2 whole; of 5 one card was sent; the others are sent, removed or cancelled.
    assert rows == [["MUG-1", MUG, "6"], ["CARD", CARD, "2"], ["OAK-77", BOARD, "2"]]

    ask_paper(client, "pick-list", shop.numbers[3:4])
    assert "Nothing left to ship in this order." in sheets(client)[0]


def test_what_is_printed_is_noted_once_and_only_by_the_press(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    two = shop.numbers[:2]

    path = ask_paper(client, "invoices", ["x", *two, two[0], 999])

    assert printed(app) == [(1, "invoice"), (2, "invoice")]
    assert client.get(path).status_code == 200
    assert client.get(f"/orders/{two[0]}/invoice").status_code == 404  # no URL of a document bypasses the timeline
    assert len(printed(app)) == 2
    with app.app_context():
        ordered = select(Entry).where(Entry.event == "orders_printed").order_by(Entry.id)
        details = [one.details for one in db.session.scalars(ordered)]
    assert details == [{"what": "invoices", "number": 2}]


def test_orders_that_are_ticked_are_printed_and_noted(app, client, sink):
    two = open_shop(app).numbers[:2]
    sign_in(app, client, sink, STAFF)

    bulk = client.submit("/orders/bulk", {"what": "pick-list", "ids": two}, of="/orders")

    assert bulk.headers["Location"] == f"/orders/printing?kind=pick-list&numbers={two[0]},{two[1]}"
    assert len(printed(app)) == 2


def press_print(client, kind, numbers):
    return client.submit("/orders/printing", {"kind": kind, "numbers": list(numbers)}, of="/orders")


def test_what_cannot_be_printed_is_said_and_not_noted(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)

    for numbers, sentence in (([], "None of the selected orders"), (range(1, 300), "up to 200 orders")):
        assert press_print(client, "invoices", numbers).status_code == 303
        client.get("/orders")
        assert sentence in client.page.get_text()
    assert press_print(client, "money", shop.numbers[:2]).status_code == 404
    assert printed(app) == []


def test_a_viewer_prints_nothing(app, client, sink):
    numbers = open_shop(app).numbers[:2]
    sign_in(app, client, sink, VIEWER)

    assert client.get(f"/orders/printing?kind=invoices&numbers={numbers[0]}").status_code == 403
    assert press_print(client, "invoices", numbers).status_code == 403
    assert printed(app) == []


def test_sixty_orders_on_paper_make_as_many_statements_as_two(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    kinds = ("packing-slips", "invoices", "pick-list")

    def ask(numbers):
        counted = []
        for kind in kinds:
            with record_statements() as made:
                client.get(f"/orders/printing?kind={kind}&numbers={','.join(map(str, numbers))}")
            counted.append(len(made))
        return counted

    few = ask(shop.numbers[:2])
    copy_orders(app, 50)

    assert ask(range(1001, 1061)) == few


def test_each_order_is_one_page_of_the_paper_that_the_shop_has(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    numbers = ",".join(map(str, shop.numbers))

    with on_paper(client) as pdf_of:
        for paper, (width, height) in SIZES.items():
            with app.app_context():
                store.get_locked_store().paper = paper
                db.session.commit()
            for kind, pages in (
                ("packing-slips", len(shop.numbers)),
                ("invoices", len(shop.numbers)),
                ("pick-list", 1),
            ):
                pdf = pdf_of(f"/orders/printing?kind={kind}&numbers={numbers}")
                sizes = [tuple(round(float(one)) for one in box) for box in BOX.findall(pdf)]
                assert sizes == [(width, height)] * pages, (paper, kind)


@contextmanager
def on_paper(client):
    """Yield a function that prints a page of the shop in a real browser, with the test's own client as its server."""

    def answer(route):
        asked = urlsplit(route.request.url)
        with client.get(f"{asked.path}?{asked.query}") as given:
            route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.get_data())

    with open_chromium() as browser:
        page = browser.new_page(color_scheme="dark")
        page.route("**/*", answer)

        def pdf_of(path):
            page.goto(f"http://shop.example{path}")
            return page.pdf(prefer_css_page_size=True)

        yield pdf_of
