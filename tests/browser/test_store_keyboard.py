"""The store by keyboard: shortcuts, a warning before unsaved input is lost, and one submission for two clicks."""

import pytest
from playwright.sync_api import Error, expect
from sqlalchemy import update

from shop.settings.models.store import Store
from tests.browser.filled_shop import get_filled_shop
from tests.browser.page_actions import get_heading, press_button

PLACES = {"h": "/", "o": "/orders", "p": "/products", "i": "/stock", "c": "/customers", "s": "/stock"}


def listen(page, *, stay):
    """Answer the browser's warning, if it comes, by staying or by leaving. Returns the list that records it."""
    heard = []

    def answer(dialog):
        heard.append(dialog.type)
        dialog.dismiss() if stay else dialog.accept()

    page.on("dialog", answer)
    return heard


def be_held_back(page, pressed):
    """Press a key that leads away, and stay at the browser's warning; it is cancelled before what follows."""
    with pytest.raises(Error, match="cancelled by beforeunload"), page.expect_navigation():
        pressed.click()


def save_by_key(page):
    """Save by the keyboard, and wait for the page that follows.

    It is known by what it lacks: Chromium may still report the going that was held back as the end of this one.
    """
    page.evaluate("document.documentElement.dataset.old = ''")
    page.keyboard.press("Control+s")
    page.locator("html:not([data-old])").wait_for(state="attached")
    page.wait_for_load_state()


def link(page, name):
    return page.get_by_role("link", name=name).first


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_two_keys_lead_to_a_place(shop):
    page = shop.as_owner("/settings")

    for second, path in PLACES.items():
        page.keyboard.press("g")
        page.keyboard.press(second)
        page.wait_for_url(shop.url + path)


def test_a_code_in_capitals_as_a_scanner_types_it_leads_nowhere(shop):
    page = shop.as_owner("/settings")

    page.keyboard.type("GC-100")
    page.keyboard.press("Enter")

    assert page.url == f"{shop.url}/settings"


def test_keys_find_the_search_box_and_the_page_that_explains_them(shop):
    page = shop.as_owner("/settings")
    page.keyboard.press("/")
    assert focused(page) == "search"
    assert page.locator("#search").input_value() == ""

    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_url("**/keys")
    assert get_heading(page) == "Keyboard shortcuts"


def test_the_search_box_is_found_from_inside_a_field_too(shop):
    page = shop.as_owner("/settings")
    page.get_by_label("Store name", exact=True).focus()

    page.keyboard.press("Control+k")

    assert focused(page) == "search"


def test_save_saves_the_form_one_is_in_and_no_other(shop):
    has = get_filled_shop(shop)
    page = shop.as_owner(f"/orders/{has.orders['new']}")
    page.get_by_label("Comment").fill("Rang about it")

    save_by_key(page)
    expect(page.get_by_role("region", name="Timeline").get_by_text("Rang about it")).to_be_visible()

    page.goto(f"{shop.url}/stock")
    page.locator("[data-units]").first.fill("2")
    page.get_by_label("Reason").select_option("received")
    save_by_key(page)
    expect(page.get_by_text("Stock updated for 1 variant.")).to_be_visible()


def test_save_on_an_order_sheet_is_its_save_and_not_the_button_that_only_looks(shop):
    has = get_filled_shop(shop)
    page = shop.as_owner(f"/orders/{has.orders['new']}/edit")

    save_by_key(page)

    assert page.url == f"{shop.url}/orders/{has.orders['new']}"


def test_keys_are_letters_inside_a_field_and_nothing_beside_another_modifier(shop):
    page = shop.as_owner("/settings")
    for field in ("Store name", "Postal address"):
        box = page.get_by_label(field, exact=True)
        box.fill("")
        box.press_sequentially("go/?gp")
        assert box.input_value() == "go/?gp"

    page.locator("select").first.focus()
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.locator("h1").click()
    for keys in ("Alt+g", "p", "Control+g", "o"):
        page.keyboard.press(keys)
    assert page.url == f"{shop.url}/settings"


def test_keys_rest_where_the_store_says_so(shop):
    page = shop.as_owner("/settings")
    page.get_by_label("Keyboard shortcuts").uncheck()
    press_button(page, "Save settings")

    for key in ("g", "o", "/", "?"):
        page.keyboard.press(key)

    assert page.url == f"{shop.url}/settings"
    assert focused(page) != "search"
    shop.run(update(Store).values(shortcuts=True))


def test_typing_that_is_not_saved_is_warned_of_and_after_a_save_only_what_came_later(shop):
    page = shop.as_owner("/settings")
    asked = listen(page, stay=True)
    expect(page.get_by_text("Unsaved changes")).to_be_hidden()
    page.get_by_label("Store name", exact=True).fill("Corner Shop and Sons")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    be_held_back(page, link(page, "People"))
    assert (page.url, asked) == (f"{shop.url}/settings", ["beforeunload"])
    assert page.get_by_label("Store name", exact=True).input_value() == "Corner Shop and Sons"

    save_by_key(page)
    expect(page.get_by_text("Unsaved changes")).to_be_hidden()
    assert page.get_by_label("Store name", exact=True).input_value() == "Corner Shop and Sons"
    page.get_by_label("Store name", exact=True).fill("Corner Shop")
    be_held_back(page, link(page, "People"))
    assert asked == ["beforeunload"] * 2

    press_button(page, "Save settings")
    link(page, "People").click()
    page.wait_for_url("**/people")
    assert asked == ["beforeunload"] * 2


@pytest.mark.parametrize("kind", ["products", "customers"])
def test_who_types_on_after_a_save_is_warned_again(shop, kind):
    row = {"products": "shirt", "customers": "ada"}[kind]
    field = {"products": "Title", "customers": "Name"}[kind]
    page = shop.as_owner(f"/{kind}/{getattr(get_filled_shop(shop), kind)[row]}")
    asked = listen(page, stay=True)
    box = page.get_by_label(field, exact=True).first
    before = box.input_value()

    for typed in (f"{before} too", before):
        box.fill(typed)
        save_by_key(page)
        expect(page.get_by_text("Unsaved changes")).to_be_hidden()
        box.fill(f"{typed} again")
        be_held_back(page, link(page, "Home"))

    assert asked == ["beforeunload"] * 2


def test_who_stays_when_another_form_of_the_page_is_not_saved_can_press_again_and_is_warned_again(shop):
    page = shop.as_owner(f"/orders/{get_filled_shop(shop).orders['new']}")
    asked = listen(page, stay=True)
    page.get_by_label("Comment").fill("Half a thought")
    page.get_by_text("Edit tags").click()
    page.get_by_role("textbox", name="Tags").fill("urgent")
    save = page.get_by_role("button", name="Save tags")

    be_held_back(page, save)
    expect(save).to_be_enabled()

    page.get_by_label("Comment").fill("")
    be_held_back(page, link(page, "Home"))
    assert asked == ["beforeunload"] * 2


def test_typing_that_was_taken_back_by_hand_is_not_warned_of(shop):
    page = shop.as_owner("/settings")
    asked = listen(page, stay=True)
    name = page.get_by_label("Store name", exact=True)
    before = name.input_value()
    name.fill("Something else")
    name.fill(before)
    link(page, "People").click()
    page.wait_for_url("**/people")

    assert asked == []


def test_what_came_back_with_errors_is_still_unsaved(shop):
    page = shop.as_owner("/settings")
    asked = listen(page, stay=False)
    page.get_by_label("Store name", exact=True).fill("")

    press_button(page, "Save settings")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    expect(page.get_by_text("Unsaved changes")).to_be_visible()

    page.get_by_label("Store name", exact=True).press("End")
    link(page, "People").click()
    page.wait_for_url("**/people")
    assert asked == ["beforeunload"]


def test_two_clicks_send_once(shop):
    page = shop.as_owner("/settings")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.get_by_label("Store name", exact=True).fill("Corner Shop ")
    with page.expect_navigation():
        page.get_by_role("button", name="Save settings").dblclick()
    page.wait_for_load_state()

    assert sent == [f"{shop.url}/settings"]
