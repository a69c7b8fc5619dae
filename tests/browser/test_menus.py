"""Menus close with Esc and a click elsewhere, and open at their button; the open filter moves no button."""

import pytest
from playwright.sync_api import expect

from shop.extensions import db
from shop.lists.pagination import PAGE_SIZE
from tests.browser.filled_shop import get_filled_shop, make_shop_app
from tests.browser.page_layout import WIDTHS, list_too_wide
from tests.browser.store_pages import choose_rows, open_store_page, path_of
from tests.browser.windows import PHONE
from tests.factories import make_product

BOX = "(one) => { const box = one.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; }"
BOXES = f"all => all.map({BOX})"
LISTS = ("/orders?tab=all", "/products", "/customers", "/stock/history")


@pytest.fixture(scope="module")
def shop(open_shop):
    return open_shop()


def box(locator):
    return [round(one) for one in locator.evaluate(BOX)]


def test_esc_closes_a_menu_and_gives_its_button_the_focus(shop, clean_window):
    page = open_store_page(shop.anew(clean_window), path_of("products", "mug"))
    menu = page.locator("main details.menu")
    menu.locator("summary").press("Enter")
    page.keyboard.press("Tab")
    expect(menu).to_have_attribute("open", "")

    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")


def test_a_press_elsewhere_closes_a_menu_and_one_inside_does_not(shop, clean_window):
    page = choose_rows(shop.anew(clean_window), "/orders?tab=all")
    tag, paper = page.locator(".bulk-bar details").all()
    tag.locator("summary").click()
    tag.get_by_label("Tag").click()
    expect(tag).to_have_attribute("open", "")

    paper.locator("summary").click()
    expect(tag).not_to_have_attribute("open", "")
    expect(paper).to_have_attribute("open", "")
    page.locator("h1").click()

    expect(paper).not_to_have_attribute("open", "")
    assert page.locator("input[name=ids]:checked").count() == 2


@pytest.mark.parametrize("way", ["Esc", "elsewhere"])
def test_esc_and_a_press_elsewhere_close_the_filter_and_keep_what_is_typed(shop, clean_window, way):
    page = open_store_page(shop.anew(clean_window), "/orders?tab=all")
    box = page.locator(".filter-box")
    box.locator("summary").click()
    page.get_by_label("Tag", exact=True).first.fill("gift")
    expect(box).to_have_attribute("open", "")

    page.keyboard.press("Escape") if way == "Esc" else page.locator("h1").click()

    expect(box).not_to_have_attribute("open", "")
    assert page.locator(".filter-box [name=tag]").input_value() == "gift"


def test_a_menu_opens_and_closes_without_scripts(shop, window):
    shop = shop.anew(window)
    get_filled_shop(shop)
    page = shop.as_owner("/orders?tab=all", java_script_enabled=False)
    menu = page.locator(".bulk-bar details").first

    for is_open in (True, False):
        menu.locator("summary").click()
        expect(menu.get_by_role("button", name="Add tag")).to_be_visible(visible=is_open)


def test_a_bulk_menu_opens_at_its_button_and_inside_the_window(shop, clean_window):
    page = choose_rows(shop.anew(clean_window), "/orders?tab=all")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        for menu in page.locator(".bulk-bar details").all():
            (button := menu.locator("summary")).click()
            left, _, right, bottom = box(menu.locator(".menu-list"))
            start, top, end, _ = box(button)

            assert 0 <= top - bottom <= 8, width
            assert left == start or right == end, width
            assert left >= 0, width
            assert list_too_wide(page, width, 844) == []


@pytest.mark.parametrize("paths", [LISTS[:1], pytest.param(LISTS[1:], marks=pytest.mark.slow)])
def test_opening_the_filter_moves_no_button(shop, clean_window, paths):
    page = open_store_page(shop.anew(clean_window), paths[0])
    for path in paths:
        page.goto(shop.url + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            buttons = page.locator(".search button, .filter-box > summary, .head .btn")
            closed = buttons.evaluate_all(BOXES)

            page.locator(".filter-box > summary").click()
            assert buttons.evaluate_all(BOXES) == closed, (path, width)
            assert list_too_wide(page, width, 844) == []
            page.locator(".filter-box > summary").click()
            assert page.locator(".filter-box").get_attribute("open") is None


def test_a_chosen_card_is_tinted_whole(shop, clean_window):
    page = choose_rows(shop.anew(clean_window), "/orders?tab=all", number=1)
    page.set_viewport_size(PHONE)
    page.mouse.move(0, 0)
    card = page.locator("tbody tr").first
    colours = card.evaluate("row => [row, ...row.children].map((one) => getComputedStyle(one).backgroundColor)")

    assert len(set(colours)) == 1
    assert colours[0] != page.locator("table.rows").evaluate("one => getComputedStyle(one).backgroundColor")


def test_the_bar_counts_all_that_match_once_they_are_chosen(shop, clean_window):
    page = open_store_page(shop.anew(clean_window), "/products")
    app = make_shop_app(shop)
    for number in range(PAGE_SIZE + 1):
        make_product(app, title=f"Card {number}", vendor="Paper")
    with app.app_context():
        db.engine.dispose()
    page.goto(f"{shop.url}/products?vendor=Paper")
    page.locator("input[name=ids]").first.check()
    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")

    page.locator("[name=all]").check()

    expect(page.locator("[data-bulk-count]")).to_have_text("51 selected")
