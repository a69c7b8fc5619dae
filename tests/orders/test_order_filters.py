"""Filters of orders: each one alone, and all pairs of them, match the same as a check of every order."""

from datetime import date
from itertools import combinations
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import MultiDict

from shop.lists import filtered_query
from shop.orders import queries
from shop.orders.forms.filters import OrderFilterForm
from tests.orders.sample_shop import ADA, BOARD, MUG, ZOE, open_shop, plain_orders
from tests.sample_people import VIEWER
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases

FIRST, LAST = date(2026, 3, 9), date(2026, 3, 10)
# Each filter's URL arguments, and its meaning for an order.
FILTERS = {
    ("from", str(FIRST)): lambda one: one["day"] >= FIRST,
    ("to", str(LAST)): lambda one: one["day"] <= LAST,
    ("payment", "paid"): lambda one: one["payment"] == "paid",
    ("payment", "voided"): lambda one: one["payment"] == "voided",
    ("fulfilment", "partial"): lambda one: one["fulfilment"] == "partial",
    ("fulfilment", "fulfilled"): lambda one: one["fulfilment"] == "fulfilled",
    ("customer", "angst"): lambda one: one["customer"] == ZOE,
    ("product", "oak-77"): lambda one: BOARD in one["titles"],
    ("product", "enamel"): lambda one: MUG in one["titles"],
    ("tag", "vip"): lambda one: "VIP" in one["tags"],
    ("tag", "phone"): lambda one: "phone" in one["tags"],
    ("least", "20"): lambda one: one["total"] >= 2000,
    ("most", "64.90"): lambda one: one["total"] <= 6490,
    ("q", "ada byron"): lambda one: one["customer"] == ADA,
    ("q", "0100"): lambda one: one["customer"] in (ADA, ZOE),
    ("q", " Guest4@elsewhere.example "): lambda one: one["email"] == "guest4@elsewhere.example",
    ("q", "!!"): lambda one: False,
    ("tab", "open"): lambda one: one["status"] == "open",
    ("tab", "to-ship"): lambda one: one["to-ship"],
    ("tab", "to-pay"): lambda one: one["to-pay"],
    ("tab", "cancelled"): lambda one: one["status"] == "cancelled",
    ("tab", "archived"): lambda one: one["status"] == "archived",
}
SORTS = {
    "-number": lambda one: -one["number"],
    "number": lambda one: one["number"],
    "total": lambda one: (one["total"], one["number"]),
    "-total": lambda one: (-one["total"], -one["number"]),
}


def numbers_on(client):
    return [int(link.get_text().lstrip("#")) for link in client.page.select("table a.main-link")]


def listed(client, **query):
    assert client.get(f"/orders?{urlencode(query)}").status_code == 200
    return numbers_on(client)


def expected(everything, chosen, sort):
    fitting = [one for one in everything if all(FILTERS[name](one) for name in chosen)]
    return [one["number"] for one in sorted(fitting, key=SORTS[sort])]


def found(query):
    """Return what the list finds, without its page."""
    form = OrderFilterForm(MultiDict(query))
    form.validate()
    page = queries.list_orders(form.criteria())
    assert page.count is None or page.count.number == len(page.rows)
    return [order.number for order in page.rows]


def test_every_filter_finds_what_a_look_at_all_orders_finds(app, client, sink):
    open_shop(app)
    sign_in(app, client, sink, VIEWER)
    everything = plain_orders(app)

    for name, value in FILTERS:
        assert listed(client, **{"tab": "all", name: value}) == expected(everything, [(name, value)], "-number"), name
    assert listed(client) == expected(everything, [("tab", "open")], "-number")


def test_all_pairs_of_filters_find_the_same_whether_few_orders_fit_or_many(app, monkeypatch):
    open_shop(app)
    everything = plain_orders(app)
    pairs = [pair for pair in combinations(FILTERS, 2) if pair[0][0] != pair[1][0]]
    wrong = []
    with app.app_context():
        for place, pair in enumerate(pairs):
            sort = list(SORTS)[place % len(SORTS)]
            monkeypatch.setattr(filtered_query, "FEW", (500, 0, 3)[place % 3])
            answer = found({"tab": "all", "sort": sort, **dict(pair)})
            if answer != expected(everything, pair, sort):
                wrong.append((pair, sort, filtered_query.FEW, answer, expected(everything, pair, sort)))

    assert wrong == []


def test_what_cannot_be_read_fits_nothing_and_is_said_beside_its_field(app, client, sink):
    open_shop(app)
    sign_in(app, client, sink, VIEWER)
    query = {"tab": "all", "from": "yesterday", "to": "0001-01-01", "payment": "stolen", "least": "a lot", "sort": "x"}

    assert listed(client, **query) == []
    for name in ("from", "to", "least"):
        assert client.page.find(attrs={"name": name})["aria-invalid"] == "true"
    assert client.page.find(attrs={"name": "from"})["value"] == "yesterday"
    for name in ("after", "before", "customer_id", "tag", "q", "_external", "_anchor"):
        assert client.get("/orders", query_string={"tab": "all", name: "\x00💥" * 400}).status_code == 200


def test_filters_are_badges_that_take_themselves_away(app, client, sink):
    open_shop(app)
    sign_in(app, client, sink, VIEWER)

    listed(client, tab="all", tag="vip", payment="paid", after="forged")

    badges = {link.get_text(): link["href"] for link in client.page.select(".chosen-one")}
    assert {words.partition("Remove filter: ")[2].strip(" ×\n"): url for words, url in badges.items()} == {
        "Tag: vip": "/orders?tab=all&payment=paid",
        "Payment: Paid": "/orders?tab=all&tag=vip",
    }
    redirect = client.get("/orders?tab=all&tag=&payment=paid&least=&_scheme=javascript")
    assert redirect.headers["Location"] == "/orders?tab=all&payment=paid"
