"""Every list of the store: what narrows it is a badge that takes itself away, and an empty one says why it is empty."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.cast import STAFF, VIEWER
from tests.conftest import browser_of
from tests.front_door import sign_in

# What narrows each list, and what of it is a tab, which stays when the filters are cleared.
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
    assert staff.page.select_one(".empty-title").get_text() == "Nothing fits"
    clears = {one["href"] for one in staff.page.select("main a") if one.get_text() == "Clear filters"}
    [url] = clears  # over the list, and in place of it
    assert (urlsplit(url).path, asked(url)) == (path, kept)
    staff.get(url)
    assert badges(staff.page) == []
    assert staff.page.select_one(".empty-title").get_text() != "Nothing fits"


def test_an_empty_tab_leads_to_all(staff):
    for path, everything in TABS.items():
        staff.get(path)
        assert staff.page.select_one(".empty-title").get_text() == "Nothing here", path
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
        assert "Your role looks at them, and changes nothing." in viewer.page.select_one(".empty").get_text(), path
        assert viewer.get(first).status_code == 403
