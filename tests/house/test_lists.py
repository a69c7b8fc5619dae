"""Every list of the store: each filter is a badge that removes itself, and an empty list says why it is empty."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from shop.extensions import db
from shop.lists import counts, pagination
from shop.outbox import emails
from tests.conftest import browser_of
from tests.factories import create_order, make_customer, make_variant
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases

# The filters of each list, and those that are tabs, which stay when the filters are cleared.
NARROWED = {
    "/products": (
        "status=draft&q=none&vendor=Mill&tag=sale&stock=low&sort=title",
        {"status": "draft", "sort": "title"},
    ),
    "/stock": ("state=low&q=none&sort=-available", {"state": "low", "sort": "-available"}),
    "/stock/history": ("q=none&reason=lost&by=a@b.example&since=2026-01-01&until=2026-12-31", {}),
    "/orders": ("tab=cancelled&q=nobody&tag=gift&payment=paid&from=2026-01-01", {"tab": "cancelled"}),
    "/customers": ("q=nobody&tag=gift&marketing=yes&sort=name", {"sort": "name"}),
}
TABS = {
    "/products?status=archived": "/products",
    "/stock?state=out": "/stock",
    "/orders?tab=archived": "/orders?tab=all",
}
FIRST = {
    "/products": "/products/new",
    "/stock": "/products/new",
    "/orders?tab=all": "/orders/new",
    "/customers": "/customers/new",
}


def asked(url):
    return dict(parse_qsl(urlsplit(url).query))


def badges(page):
    return [one["href"] for one in page.select(".chosen-one")]


@pytest.fixture
def staff(app, client, sink):
    sign_in(app, client, sink, STAFF)
    return client


@pytest.mark.parametrize("path", NARROWED)
def test_each_filter_is_a_badge_that_takes_itself_away(staff, path):
    query, kept = NARROWED[path]

    assert staff.get(f"{path}?{query}&after=x").status_code == 200
    given = dict(parse_qsl(query))
    without = [set(given) - set(asked(url)) for url in badges(staff.page)]
    assert sorted(map(len, without)) == [1] * (len(given) - len(kept))
    assert set.union(*without) == set(given) - set(kept)
    for url in badges(staff.page):
        assert staff.get(url).status_code == 200
        assert len(badges(staff.page)) == len(without) - 1


@pytest.mark.parametrize("path", NARROWED)
def test_where_nothing_fits_the_filters_can_be_cleared(staff, path):
    query, kept = NARROWED[path]
    staff.get(f"{path}?{query}")

    assert staff.page.select_one(".empty-title").get_text() == "No results"
    clears = {one["href"] for one in staff.page.select("main a") if one.get_text() == "Clear filters"}
    [url] = clears  # above the list, and in place of it
    assert (urlsplit(url).path, asked(url)) == (path, kept)

    staff.get(url)
    assert badges(staff.page) == []
    assert staff.page.select_one(".empty-title").get_text() != "No results"


def test_an_empty_tab_leads_to_all(staff):
    for path, everything in TABS.items():
        staff.get(path)
        assert staff.page.select_one(".empty-title").get_text().startswith("No"), path
        assert staff.page.select_one(".empty a")["href"] == everything


def test_a_list_that_never_had_anything_offers_the_first_to_who_may_add_and_says_so_to_who_may_not(app, staff, sink):
    viewer = browser_of(app)
    sign_in(app, viewer, sink, VIEWER)
    for path, first in FIRST.items():
        staff.get(path)
        assert [one["href"] for one in staff.page.select(".empty a")] == [first], path
        assert staff.get(first).status_code == 200
        viewer.get(path)
        assert viewer.page.select(".empty a") == []
        assert "You have view-only access." in viewer.page.select_one(".empty").get_text(), path
        assert viewer.get(first).status_code == 403


@pytest.fixture
def owner(app, client, sink):
    sign_in(app, client, sink, OWNER)
    return client


@pytest.fixture
def three_of_each(app, owner):
    """Three products, customers and orders; changes of them create movements, entries and emails."""
    for number in range(3):
        variant = make_variant(app, title=f"Mug {number}", sku=f"MUG-{number}")
        customer = make_customer(app, name=f"Ada {number}", email=f"ada{number}@customers.example")
        create_order(app, (variant, 1), customer_id=customer)
    with app.app_context():
        for address in ("a@shop.example", "b@shop.example", "c@shop.example"):
            emails.post("order_shipped", to=address, ref=address, message_id=address)
        db.session.commit()


PAGED = (
    "/products?sort=title",
    "/stock?sort=-on-hand",
    "/stock/history?reason=received",
    "/orders?tab=all",
    "/customers?sort=name",
    "/audit?event=stock_adjusted",
    "/outbox?outcome=waiting",
)


@pytest.mark.usefixtures("three_of_each")
@pytest.mark.parametrize("path", PAGED)
def test_each_list_has_pages_with_numbers_and_says_which_rows_they_hold(owner, monkeypatch, path):
    monkeypatch.setattr(pagination.load_page, "__kwdefaults__", {"count": None, "size": 1})
    owner.get(path)

    number = int(words_of(owner).removeprefix("1–1 of "))
    seen = [row_of(owner)]
    while link := owner.page.find("a", rel="next"):
        assert asked(link["href"]).items() >= asked(path).items()
        owner.get(link["href"])
        seen.append(row_of(owner))
    assert len(seen) == len(set(seen)) == number > 1
    assert (turn(owner, "First"), turn(owner, "Last"), turn(owner, "Previous")) == (seen[0], seen[-1], seen[-2])
    assert (turn(owner, "First"), turn(owner, "Page 2"), words_of(owner)) == (seen[0], seen[1], f"2–2 of {number}")
    assert owner.page.select_one(".pager [aria-current=page]").get_text(" ", strip=True) == "Page 2"


@pytest.mark.usefixtures("three_of_each")
@pytest.mark.parametrize("path", PAGED)
def test_each_list_of_more_than_are_counted_is_walked_back_from_its_end(owner, monkeypatch, path):
    monkeypatch.setattr(pagination.load_page, "__kwdefaults__", {"count": None, "size": 1})
    monkeypatch.setattr(counts, "MOST_COUNTED", 1)
    owner.get(path)
    seen = [row_of(owner)]
    while owner.page.find("a", rel="next"):
        seen.append(turn(owner, "Next"))

    owner.get(path)
    back = [turn(owner, "Last")]
    while owner.page.find("a", rel="prev"):
        back.append(turn(owner, "Previous"))

    assert len(seen) > 2
    assert back == seen[::-1]


def words_of(client):
    return client.page.select_one(".pager-count").get_text()


def row_of(client):
    [row] = client.page.select("table.rows tbody tr")
    return row.get_text(" ", strip=True)


def turn(client, words):
    """Follow one of the links under the list; return the row of the page behind it."""
    [link] = [one for one in client.page.select(".pager a") if one.get_text(" ", strip=True) == words]
    client.get(link["href"])
    return row_of(client)
