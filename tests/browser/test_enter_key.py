"""Enter, as a scanner and a phone's "Go" send it, in every field of a form with several buttons: nothing is lost."""

import pytest
from sqlalchemy import select

from shop.extensions import db
from tests.browser.filled_shop import get_filled_shop
from tests.sample_people import STAFF

FIELDS = "main form[method=post] :is(input[name]:not([type=hidden], [type=file]), select):visible"
TABLES = """orders order_lines order_tags order_events products product_tags variants pictures stock_movements customers
    customer_tags customer_addresses"""


@pytest.fixture(
    params=[pytest.param(True, id="with scripts"), pytest.param(False, id="without scripts", marks=pytest.mark.slow)]
)
def has_scripts(request):
    return request.param


@pytest.fixture
def desk(shop, has_scripts):
    """A staff member's window."""
    get_filled_shop(shop)
    return shop.as_one(STAFF, java_script_enabled=has_scripts)


def books(shop):
    return {name: set(map(repr, shop.read(select(db.metadata.tables[name])))) for name in TABLES.split()}


def enter(page, field):
    """Press Enter in a field, and wait for the page that this leads to."""
    with page.expect_navigation():
        field.press("Enter")


def typed(page, name):
    return [one.input_value() for one in page.locator(f"main input[name$={name}]").all()]


def test_enter_in_any_field_of_an_order_takes_no_line_off(shop, desk, has_scripts):
    before, address = books(shop), f"{shop.url}/orders/{get_filled_shop(shop).orders['new']}/edit"
    desk.goto(address)
    number = desk.locator(FIELDS).count()

    for place in range(0, number, 1 if has_scripts is False else 7):
        desk.goto(address)
        enter(desk, desk.locator(FIELDS).nth(place))
        assert (typed(desk, "quantity"), desk.locator(".is-off").count()) == (["2", "1"], 0), place

    assert number > 10
    assert books(shop) == before


def test_enter_after_a_code_in_the_search_adds_what_was_scanned_and_waits_for_the_next(shop, desk):
    desk.goto(f"{shop.url}/orders/{get_filled_shop(shop).orders['new']}/edit")
    before = books(shop)

    for _ in range(2):
        search = desk.locator("main input[name=words]")
        search.fill("POT-1")
        enter(desk, search)

    assert typed(desk, "quantity") == ["2", "1", "2"]
    assert desk.locator("main input[name=words]:focus").count() == 1
    assert books(shop) == before


def test_enter_on_a_new_order_finds_the_customer_adds_up_and_never_places(shop, desk):
    before = books(shop)
    desk.goto(f"{shop.url}/orders/new")
    search = desk.locator("main input[name=words]")
    search.fill("MUG-1")
    enter(desk, search)
    quantity = desk.locator("main input[name$=quantity]")
    quantity.fill("3")
    enter(desk, quantity)
    who = desk.locator("main input[name=who]")
    who.fill("ada")
    enter(desk, who)

    assert desk.locator("[aria-label='Matching customers'] li").count() == 2
    assert desk.locator(".sheet-total").inner_text() == "Total €37.50"
    assert desk.locator("main input[name=who]:focus").count() == 1
    assert books(shop) == before


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("/orders?tab=all", ["ids", "tag"]),
        ("/stock?as=count", ["note", "units-1"]),
        pytest.param("/customers", ["ids", "tag"], marks=pytest.mark.slow),
        pytest.param("/products", ["ids"], marks=pytest.mark.slow),
        pytest.param("/stock", ["reason", "units-1"], marks=pytest.mark.slow),
    ],
)
def test_enter_in_a_list_changes_no_row_of_it(shop, desk, has_scripts, place, names):
    before = books(shop)

    for name in names:
        desk.goto(shop.url + place)
        if has_scripts:  # which hide the bar until there is something to do
            desk.locator("main input[name=ids], main td.units input:visible").first.press("Space")
        for menu in desk.locator("main form[method=post] summary:visible").all():
            menu.click()
        desk.locator(f"main form[method=post] [name={name}]").first.press("Enter")
        desk.wait_for_load_state()

    assert books(shop) == before


def test_enter_on_a_tick_keeps_it(shop):
    get_filled_shop(shop)
    page = shop.as_one(STAFF, "/products")
    box = page.locator("main input[name=ids]").first
    box.check()

    box.press("Enter")
    page.wait_for_timeout(200)

    assert (page.url, box.is_checked()) == (f"{shop.url}/products", True)


def test_enter_beside_the_options_of_a_product_keeps_its_variants(shop, desk):
    product = f"{shop.url}/products/{get_filled_shop(shop).products['shirt']}"
    kept = [books(shop)[name] for name in ("variants", "pictures", "stock_movements")]

    for path, name in (("", "option1"), ("", "tags"), ("/combinations", "values1"), ("/combinations", "new")):
        desk.goto(product + path)
        enter(desk, desk.locator(f"main form[method=post] [name={name}]").first)

    assert [books(shop)[name] for name in ("variants", "pictures", "stock_movements")] == kept
