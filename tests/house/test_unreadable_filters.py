"""An unreadable or empty filter shows no row on any list, and the page says why."""

import pytest

from tests.factories import create_order, make_customer, make_variant
from tests.people.rule_helpers import details
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

SIGNS = "Enter letters or digits to search for"
UNREAD = [
    ("/products?q=☕", SIGNS),
    ("/products?q=%00", SIGNS),
    ("/products?status=gone", "There is no status “gone”."),
    ("/products?stock=gone&sort=title", "There is no stock status “gone”."),
    ("/products?vendor=%00", "This vendor is too long or contains control characters."),
    ("/products?tag=" + "x" * 300, "This tag is too long or contains control characters."),
    ("/stock?q=☕", SIGNS),
    ("/stock?state=gone", "There is no stock status “gone”."),
    ("/stock/history?q=☕", SIGNS),
    ("/stock/history?reason=gone", "There is no reason “gone”."),
    ("/stock/history?since=whenever", "Enter a date such as 2026-03-29."),
    ("/orders?q=☕", SIGNS),
    ("/orders?tab=gone", "There is no tab “gone”."),
    ("/orders?payment=gone", "There is no payment status “gone”."),
    ("/orders?from=whenever", "From date: Enter a date such as 2026-03-29."),
    ("/orders?least=plenty", "Minimum total: "),
    ("/orders?customer_id=x", "Customer number: "),
    ("/orders?tag=%00", "Tag: "),
    ("/customers?q=☕", SIGNS),
    ("/customers?tag=%00", "This tag is too long or contains control characters."),
    ("/customers?marketing=perhaps", "There is no marketing filter “perhaps”."),
    ("/audit?event=gone", "There is no event “gone”."),
    ("/audit?day=2020-13-40", "Enter a date such as 2026-03-29."),
    ("/audit?person=%00", "Enter an address without control characters."),
    ("/people?state=gone", "There is no status “gone”."),
    ("/search?q=☕", "No results"),
]


@pytest.fixture
def owner(app, client, sink):
    """An owner's browser, in a shop with rows on every list."""
    customer = make_customer(app)
    create_order(app, (make_variant(app), 1), customer_id=customer)
    sign_in(app, client, sink, OWNER)
    return client


def test_no_row_is_shown_and_a_sentence_says_why(owner):
    for path, sentence in UNREAD:
        if not path.startswith("/search"):
            owner.get(path.partition("?")[0])
            assert owner.page.select("main tbody tr") != [], path

        assert owner.get(path).status_code == 200

        assert owner.page.select("main tbody tr") == [], path
        assert sentence in owner.page.select_one(".empty").get_text(), path


def test_taking_the_filters_away_shows_everything_again(owner):
    for path in ("/products?status=gone&q=☕", "/stock?state=gone", "/orders?tab=gone&from=x", "/customers?tag=%00"):
        owner.get(path)
        [clear] = {one["href"] for one in owner.page.select("main a") if one.get_text() == "Clear filters"}

        owner.get(clear)

        assert owner.page.select("main tbody tr") != [], path


def test_a_variant_whose_code_is_all_signs_is_found_by_it(app, owner):
    make_variant(app, title="Cup", sku="☕")

    owner.get("/stock?q=☕")

    assert [one.get_text() for one in owner.page.select("main tbody .main-link")] == ["Cup"]


@pytest.mark.parametrize("filters", [{"day": "2020-13-40"}, {"event": "gone"}, {"person": "a\0b"}])
def test_an_export_of_who_knows_what_is_refused(app, owner, filters):
    answer = owner.submit("/audit/export", filters, of="/audit")

    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert details(app, "exported") == []


def test_an_unknown_period_is_said(owner):
    owner.get("/?period=gone")

    assert "Choose one of the periods" in owner.page.select_one("[role=alert]").get_text()
    assert owner.get("/outbox?outcome=gone").status_code == 404
