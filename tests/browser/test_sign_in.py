"""The whole sign-in, in a real browser: from the wanted page, by a real email, to that page."""

import pytest
from playwright.sync_api import expect

from shop.config import LOCAL_OWNER
from tests import available_services
from tests.browser.page_actions import (
    ask_for_link,
    follow_link,
    get_heading,
    open_mailbox,
    press_button,
    sign_out,
    type_code,
    use_sign_in_link,
)
from tests.browser.windows import ARGUMENTS, PHONE
from tests.sample_people import OWNER, STAFF

WANTED = "/outbox?outcome=failed"
WINDOWS = {"a desktop": {}, "a phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True}}
WINDOWS |= {
    f"{name} without JavaScript": {**options, "java_script_enabled": False} for name, options in WINDOWS.items()
}


@pytest.fixture
def fresh(serve):
    """This test's own server, on either database."""
    return serve()


def test_by_link_to_the_page_first_wanted(fresh, sink, page):
    ask_for_link(page, fresh.url + WANTED, OWNER)
    use_sign_in_link(page, sink.wait_for(OWNER).link)

    assert page.url == fresh.url + WANTED
    assert get_heading(page) == "Outbox"


def test_by_code_to_the_page_first_wanted(fresh, sink, page):
    ask_for_link(page, fresh.url + WANTED, OWNER)
    type_code(page, sink.wait_for(OWNER).code)

    assert page.url == fresh.url + WANTED
    assert get_heading(page) == "Outbox"


@pytest.mark.slow
@pytest.mark.parametrize("options", WINDOWS.values(), ids=WINDOWS)
def test_by_link_and_by_code_in_every_kind_of_window(shop, sink, window, options):
    page = window(**options)
    ask_for_link(page, shop.url + WANTED, OWNER)

    use_sign_in_link(page, sink.wait_for(OWNER).link)
    assert page.url == shop.url + WANTED

    sign_out(page)
    ask_for_link(page, shop.url + WANTED, OWNER)
    type_code(page, sink.wait_for(OWNER, count=2).code)
    assert page.url == shop.url + WANTED


def test_with_the_keyboard_alone(shop, sink, page):
    page.goto(shop.url + WANTED)
    keys(page, OWNER, "Enter", into="Email address")
    page.wait_for_url("**/sign-in/code")
    page.goto(sink.wait_for(OWNER).link)
    tab_to(page, "Sign in")
    keys(page, "", "Enter")
    page.wait_for_url(shop.url + WANTED)
    tab_to(page, "Sign out")

    keys(page, "", "Enter")

    expect(page.get_by_role("status")).to_have_text("You're signed out.")


@pytest.mark.slow
def test_the_code_with_the_keyboard_alone(shop, sink, page):
    page.goto(f"{shop.url}/sign-in")
    keys(page, OWNER, "Enter", into="Email address")
    page.wait_for_url("**/sign-in/code")

    keys(page, sink.wait_for(OWNER).code.lower().replace("-", " "), "Enter", into="Code from the email")

    expect(page.get_by_role("heading", level=1)).to_have_text("Home")


def test_the_first_tab_skips_to_the_content(shop, page):
    page.goto(f"{shop.url}/nothing-here")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()

    keys(page, "", "Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to Home")).to_be_focused()


def test_an_error_has_the_focus_and_is_read_out(shop, page):
    ask_for_link(page, f"{shop.url}/sign-in", "nobody")

    field = page.get_by_label("Email address")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("Enter one plain address, such as name@example.com.")
    assert page.title().startswith("Error: ")


def test_who_signs_out_is_out(shop, sink, page):
    ask_for_link(page, shop.url, STAFF)
    use_sign_in_link(page, sink.wait_for(STAFF).link)

    sign_out(page)
    assert page.url == f"{shop.url}/sign-in"

    page.goto(shop.url)
    assert page.url == f"{shop.url}/sign-in"
    assert "login" not in {cookie["name"] for cookie in page.context.cookies()}


@pytest.fixture
def keeping_chromium(browser):
    """A full Chromium that keeps pages for "back"."""
    if available_services.find_full_chromium() is None:
        pytest.skip("no whole Chromium here")
    kept = {"ignore_default_args": ["--disable-back-forward-cache"]}
    features = [*ARGUMENTS, "--enable-features=BackForwardCache,CacheControlNoStoreEnterBackForwardCache"]
    chromium = browser.browser_type.launch(
        executable_path=available_services.find_full_chromium(), args=features, **kept
    )
    yield chromium
    chromium.close()


def is_kept(page, elsewhere):
    """Return whether the browser keeps a page while the person is elsewhere: then it returns without being loaded."""
    page.evaluate("addEventListener('pageshow', (event) => { window.kept = event.persisted; })")
    page.goto(elsewhere)
    page.go_back(wait_until="commit")
    page.wait_for_function(
        "window.kept !== undefined || performance.getEntriesByType('navigation')[0].loadEventEnd > 0"
    )
    return page.evaluate("window.kept === true")


def test_a_page_of_before_is_not_shown_again_after_signing_out(shop, sink, page):
    ask_for_link(page, shop.url, STAFF)
    use_sign_in_link(page, sink.wait_for(STAFF).link)

    page.goto(f"{shop.url}/sessions")
    assert STAFF in page.content()

    sign_out(page)
    for step in (page.go_back, page.go_back, page.go_forward):
        step()
        assert "/sign-in" in page.url
        assert STAFF not in page.content()


def test_a_page_that_chromium_kept_for_back_is_not_shown_after_signing_out(shop, sink, keeping_chromium):
    """Playwright turns the back/forward cache off; real browsers have it, even for pages marked no-store."""
    page = keeping_chromium.new_page()
    ask_for_link(page, shop.url, STAFF)
    use_sign_in_link(page, sink.wait_for(STAFF).link)
    page.goto(f"{shop.url}/sessions")
    assert is_kept(page, f"{shop.url}/keys")

    sign_out(page)
    page.go_back()

    assert "/sign-in" in page.url
    assert STAFF not in page.content()


def test_a_link_opened_elsewhere_shows_the_code_to_carry_back(fresh, sink, page, window):
    ask_for_link(page, fresh.url + WANTED, OWNER)
    elsewhere = window(**WINDOWS["a phone"])

    elsewhere.goto(sink.wait_for(OWNER).link)
    assert elsewhere.get_by_role("button").count() == 0

    type_code(page, elsewhere.locator(".code-shown").inner_text())
    assert page.url == fresh.url + WANTED

    elsewhere.goto(fresh.url)
    assert elsewhere.url == f"{fresh.url}/sign-in"


def test_the_pause_is_counted_down_on_the_button(shop, sink, page):
    page.clock.install()
    ask_for_link(page, shop.url, STAFF)
    button = page.get_by_role("button", name="Send again")
    expect(button).to_be_disabled()

    page.clock.run_for(61_000)
    expect(button).to_be_enabled()
    expect(button).to_have_text("Send again")


def test_from_make_run_to_being_in_through_the_mailbox(make_run, page):
    ask_for_link(page, make_run.url, LOCAL_OWNER)
    open_mailbox(page)
    page.locator(".letter a").click()

    press_button(page, "Sign in")

    assert get_heading(page) == "Home"
    assert LOCAL_OWNER in page.locator("main").inner_text()


@pytest.mark.slow
def test_from_make_run_to_being_in_through_the_letter_as_a_mail_program_shows_it(make_run, page):
    ask_for_link(page, make_run.url, LOCAL_OWNER)
    open_mailbox(page)
    follow_link(page, "View as HTML")
    page.get_by_role("link", name="Sign in").click()

    press_button(page, "Sign in")

    assert get_heading(page) == "Home"


def keys(page, text, key, *, into=None):
    """Type into the focused field; `into` is the one that should have the focus from the start."""
    if into:
        expect(page.get_by_label(into)).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press(key)


def tab_to(page, words):
    """Press Tab until the button with these words has the focus, at most once per focusable element."""
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"{words} cannot be reached with Tab")
