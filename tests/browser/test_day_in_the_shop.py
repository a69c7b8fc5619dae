"""A day in the shop, from a new product to the day's total, in a real browser: with scripts and without."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import results
from tests.browser.filled_shop import draw_png
from tests.browser.live_shop import LiveShop
from tests.browser.page_actions import follow_link, get_heading, press_button
from tests.sample_people import STAFF

SHIRT, SIZE = "Linen shirt", "Natural / S"
BUYER = "ada@customers.example"
# 3 shirts at 59.00, 2 mugs at 12.50, and 4.90 for shipping; one shirt is returned.
TOTAL, BACK, KEPT = "€206.90", "€59.00", "€147.90"


@pytest.fixture
def fresh(serve, sink, window, database_url):
    """This test's own server, on either database."""
    return LiveShop(serve().url, sink, database_url.replace("postgresql:", "postgresql+psycopg:"), window)


@pytest.mark.slow
def test_a_day_in_the_shop(fresh, request):
    figures = spend_a_day(fresh.signed_in(STAFF))
    results.save_figures(f"day in the shop, {request.node.callspec.id}", **figures)


@pytest.mark.slow
def test_a_day_in_the_shop_without_scripts(running, window):
    figures = spend_a_day(running.anew(window).signed_in(STAFF, java_script_enabled=False))
    results.save_figures("day in the shop, no scripts", **figures)


def spend_a_day(page: Page) -> dict[str, str]:
    """Go through the day. Returns the home page's metrics in the evening."""
    add_shirt(page)
    add_mug(page)
    receive(page, f"{SHIRT} {SIZE}", 10)
    receive(page, "Mug", 5)
    take_order(page)
    expect(page.get_by_text("Unpaid")).to_be_visible()
    pay(page)
    ship(page, carrier="DHL", number="JD0146000123", units={SHIRT: 1, "Mug": 0})
    expect(page.get_by_text("Partially fulfilled")).to_be_visible()
    ship(page, carrier="", number="", units={})
    expect(page.get_by_text("Not shipped (")).to_have_count(0)
    give_one_back(page)
    assert stock_of(page, f"{SHIRT} {SIZE}") == ["8", "0", "8"]
    assert stock_of(page, "Mug") == ["3", "0", "3"]
    find_buyer(page)
    return look_at_the_day(page)


def go(page: Page, place: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(place)


def fill(place: Page | Locator, **fields: str) -> None:
    """Fill fields by their labels, with _ for each space."""
    for label, text in fields.items():
        place.get_by_label(label.replace("_", " "), exact=True).fill(text)


def add_shirt(page: Page) -> None:
    """Add a product with four variants and a picture."""
    go(page, "Products")
    follow_first(page, "Add product")
    fill(page, Title=SHIRT, Price="59.00", First_option="Colour", Second_option="Size")
    page.get_by_label("Status", exact=True).select_option("active")
    press_button(page, "Add product")
    assert get_heading(page) == SHIRT
    follow_link(page, "Generate variants")
    fill(page, New_values_for_the_first_option="Natural, Indigo", New_values_for_the_second_option="S, M")
    press_button(page, "Preview")
    with page.expect_navigation():
        page.get_by_role("button", name="Add 3 variants").click()
    follow_link(page, "Add pictures")
    picture = {"name": "shirt.png", "mimeType": "image/png", "buffer": draw_png("teal")}
    page.locator("input[type=file]").set_input_files(picture)
    with page.expect_navigation():
        page.locator("button", has_text="Add pictures").click()
    shown = page.get_by_role("img", name=f"Picture 1 of {SHIRT}")
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()


def add_mug(page: Page) -> None:
    go(page, "Products")
    follow_first(page, "Add product")
    fill(page, Title="Mug", Price="12.50")
    page.get_by_label("Status", exact=True).select_option("active")
    press_button(page, "Add product")
    assert get_heading(page) == "Mug"


def follow_first(page: Page, words: str) -> None:
    """Follow the first link with these words; an empty list offers the same link twice."""
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).first.click()


def open_shelf(page: Page, title: str) -> None:
    go(page, "Stock")
    follow_link(page, title)


def receive(page: Page, title: str, units: int) -> None:
    open_shelf(page, title)
    page.get_by_label("Quantity (use − to remove)").fill(str(units))
    page.get_by_label("Reason").select_option("received")
    press_button(page, "Save adjustment")
    assert figures_of(page)[0] == str(units)


def figures_of(page: Page) -> list[str]:
    return page.locator(".figures .figure").all_inner_texts()


def stock_of(page: Page, title: str) -> list[str]:
    """Return what is on hand, committed and available."""
    open_shelf(page, title)
    return figures_of(page)


def take_order(page: Page) -> None:
    """Take a phone order from a new customer."""
    go(page, "Orders")
    follow_first(page, "Create order")
    for words, title in (("linen", f"{SHIRT} {SIZE}"), ("mug", "Mug")):
        finder = page.locator("main").get_by_role("searchbox").first
        finder.fill(words)
        with page.expect_navigation():
            finder.press("Enter")
        with page.expect_navigation():
            page.get_by_role("button", name=f"Add {title}").click()
    for place, units in enumerate(("3", "2")):
        page.get_by_label("Quantity").nth(place).fill(units)
    page.get_by_role("region", name="Customer").get_by_label("Name", exact=True).fill("Ada Byron")
    page.get_by_label("Email", exact=True).fill(BUYER)
    fill(page, Shipping="4.90")
    delivery = page.get_by_role("region", name="Delivery address")
    fill(delivery, Address_line_1="1 Mill Lane", Postal_code="10115", City="Berlin")
    press_button(page, "Update")
    expect(page.locator(".sheet-total")).to_contain_text(TOTAL)
    press_button(page, "Create order")
    assert get_heading(page) == "Order #1001"


def pay(page: Page) -> None:
    follow_link(page, "Record payment")
    page.get_by_label("Payment method").select_option(index=1)
    press_button(page, "Record payment")
    expect(page.get_by_text("Paid", exact=True).first).to_be_visible()


def ship(page: Page, *, carrier: str, number: str, units: dict[str, int]) -> None:
    follow_link(page, "Create shipment")
    for title, wanted in units.items():
        page.get_by_label(f"Quantity of {title}").fill(str(wanted))
    fill(page, Carrier=carrier, Tracking_number=number)
    page.get_by_label("Email the customer").set_checked(False)
    press_button(page, "Create shipment")
    assert get_heading(page) == "Order #1001"


def give_one_back(page: Page) -> None:
    follow_link(page, "Refund items")
    page.get_by_label(f"Quantity of {SHIRT}").fill("1")
    page.get_by_label(f"Restock {SHIRT}").set_checked(True)
    press_button(page, "Calculate")
    press_button(page, f"Refund {BACK}")
    assert get_heading(page) == "Order #1001"
    expect(page.get_by_text("Partially refunded")).to_be_visible()


def find_buyer(page: Page) -> None:
    page.get_by_label("Search orders, products, and customers").fill("byron")
    with page.expect_navigation():
        page.get_by_role("search", name="Entire store").get_by_role("button").click()
    follow_link(page, "Ada Byron")
    assert get_heading(page) == "Ada Byron"
    assert figures_of(page)[0] == KEPT


def look_at_the_day(page: Page) -> dict[str, str]:
    """Read the home page, and check it to the cent."""
    go(page, "Home")
    follow_link(page, "Today")
    names = page.locator(".measure-name").all_inner_texts()
    found = dict(zip(names, page.locator(".measure .figure").all_inner_texts(), strict=True))
    assert list(found.values()) == [KEPT, "1", TOTAL]
    assert page.locator(".todo .figure").all_inner_texts()[:2] == ["0", "0"]
    return found
