"""The list of stock by search, state, sorting and mode, all pairs of them: exactly the matches, in order."""

from itertools import product
from urllib.parse import parse_qsl, urlsplit

import pytest

from shop.catalogue import search_index
from shop.catalogue.models.product import ProductStatus, Variant
from shop.extensions import db
from tests.factories import create_order, make_product, make_variant
from tests.page_inspector import form_values

ASKED = {
    "q": ["", "apron", "AP-B", "nowhere"],
    "state": ["", "low", "out", "in"],
    "sort": ["", *(f"{way}{name}" for way in ("", "-") for name in ("product", "on-hand", "committed", "available"))],
    "as": ["", "count"],
}
VIEWS = {"": "All", "low": "Low stock", "out": "Out of stock", "in": "In stock"}
WAYS = {"": "Adjust by", "count": "Set quantity"}
NUMBERS = ("on_hand", "committed", "available", "low_at")


@pytest.fixture
def shelves(app, staff, room):
    """Stock with orders, and with oversold, low and inactive variants."""
    mug = make_variant(app, title="Mug", sku="MUG", on_hand=1, continue_selling=True)
    make_variant(app, title="Eclair", sku="ECLAIR", on_hand=4, low_at=3)
    make_product(app, title="Old apron", status=ProductStatus.ARCHIVED, variants=[{"sku": "OLD", "on_hand": 2}])
    create_order(app, (mug, 3), (room["AP-R"], 17), (room["CANDLE"], 3))
    with app.app_context():
        for product_id in {one.product_id for one in Variant.query}:
            search_index.index_product(product_id)
        db.session.commit()


def fitting(app, q, state, sort):
    """Return the matching variants, in order, as the page shows them."""
    column = {"on-hand": "on_hand", "": "title_key", "product": "title_key"}.get(sort.lstrip("-"), sort.lstrip("-"))
    with app.app_context():
        found = [
            one
            for one in Variant.query
            if (not q or q == one.sku or q in one.product.title.lower())
            and (not state or (one.stock_state == state and (state == "in" or one.is_sold)))
        ]
        found.sort(key=lambda one: (getattr(one, column), one.id), reverse=sort.startswith("-"))
        return [[one.id, one.sku, *(f"{getattr(one, name):,}" for name in NUMBERS)] for one in found]


def shown(page):
    rows = []
    for row in page.select("table.stock tbody tr"):
        number = urlsplit(row.a["href"]).path.removeprefix("/stock/")
        cells = [row.select_one(f"[data-label='{name}']").get_text() for name in ("SKU", "On hand", "Reserved")]
        more = [row.select_one(f"[data-label='{name}']").get_text() for name in ("Available", "Alert at")]
        rows.append([int(number), *cells, *more])
    return rows


def asked(url):
    return urlsplit(url).path, dict(parse_qsl(urlsplit(url).query))


def given(**filters):
    return "/stock", {name: text for name, text in filters.items() if text}


@pytest.mark.both_databases
def test_the_list_shows_what_fits_in_order_and_leads_to_its_neighbours(app, staff, shelves):
    for one in [some for some in product(*ASKED.values()) if sum(map(bool, some)) <= 2]:
        filters = dict(zip(ASKED, one, strict=True))
        staff.get("/stock", query_string=filters)
        expected = fitting(app, *one[:3])

        assert shown(staff.page) == expected, filters

        tabs = [
            (a.contents[0].strip(), asked(a["href"]), "aria-current" in a.attrs) for a in staff.page.select(".tabs a")
        ]
        assert tabs == [
            (words, given(**filters | {"state": state}), state == filters["state"]) for state, words in VIEWS.items()
        ]
        counts = [a.select_one(".count").get_text() for a in staff.page.select(".tabs a")]
        assert counts == [str(len(fitting(app, filters["q"], state, ""))) for state in VIEWS]
        if expected:
            ways = [(a.get_text(), asked(a["href"]), "aria-current" in a.attrs) for a in staff.page.select(".switch a")]
            assert ways == [
                (words, given(**filters | {"as": way}), way == filters["as"]) for way, words in WAYS.items()
            ]


def test_another_state_begins_on_its_first_page(staff, shelves):
    for place in ("page=2", "after=x", "before=x"):
        staff.get(f"/stock?{place}&q=apron")
        leading = [asked(a["href"]) for a in staff.page.select(".tabs a, .chosen-one")]

        assert leading == [*(given(q="apron", state=state) for state in VIEWS), given()]


def test_search_badge_and_rows_keep_what_else_was_asked(staff, shelves):
    for one in [some for some in product(*ASKED.values()) if sum(map(bool, some)) <= 2]:
        filters = dict(zip(ASKED, one, strict=True))
        query = {name: text for name, text in filters.items() if text}
        staff.get("/stock", query_string=query)

        assert {k: v for k, v in form_values(staff.page.select_one("form.search")).items() if v} == query
        badges = [(a.get_text(" ", strip=True), asked(a["href"])) for a in staff.page.select(".chosen-one")]
        text = f"Remove filter: Search: {filters['q']} ×"
        assert badges == ([(text, given(**filters | {"q": ""}))] if filters["q"] else [])
        for a in staff.page.select("table.stock a.main-link"):
            assert dict(parse_qsl(asked(a["href"])[1].get("back", ""))) == query
        for form in staff.page.select("form:has(table.stock)"):
            assert dict(parse_qsl(asked(form["action"])[1].get("back", ""))) == query
