"""An owner invites a guest, who signs in and is removed again: all in real browsers, with real emails."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import tab_to, type_and_press
from tests.browser.live_shop import LiveShop
from tests.browser.page_actions import (
    follow_link,
    get_heading,
    get_link,
    press_button,
    use_sign_in_link,
    wait_for_email,
)
from tests.browser.windows import PHONE
from tests.sample_people import OWNER

INVITE = "/people/invitations/new"
PHONE_SIZED = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
WINDOWS = {"a phone": PHONE_SIZED, "no JavaScript": {"java_script_enabled": False}}
WITHOUT_AS_WELL = [{}, pytest.param({"java_script_enabled": False}, marks=pytest.mark.slow)]


@pytest.fixture
def shop(running, window):
    """A server that these tests share, with no one on its list and no sign-in requested."""
    running.fill_list()
    return running.anew(window)


@pytest.fixture
def fresh(serve, sink, window, database_url):
    """This test's own server, on either database."""
    return LiveShop(serve().url, sink, database_url.replace("postgresql:", "postgresql+psycopg:"), window)


def invite(page, url, typed):
    """Write an invitation, preview it, and send it."""
    page.goto(url + INVITE)
    page.get_by_label("Email addresses, one per line").fill(typed)
    press_button(page, "Preview")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/people")


def accept(shop, guest, address):
    """Open the email's invitation, request a sign-in, and complete it."""
    letter = wait_for_email(shop.sink, address, "invited", page=guest)
    guest.goto(get_link(letter, "/sign-in/invitation/"))
    press_button(guest, "Email me a sign-in link")
    use_sign_in_link(guest, shop.sink.wait_for(address).link)
    assert get_heading(guest) == "Home"


def put_out(page, url, address):
    """Find the guest in the list of people, and remove them."""
    page.goto(f"{url}/people?state=active")
    follow_link(page, address)
    press_button(page, "Remove")


def whole_way(shop, **options):
    """Do all of it, in windows of one kind."""
    owner, guest, address = shop.signed_in(OWNER, **options), shop.window(**options), shop.stranger()
    invite(owner, shop.url, address)
    accept(shop, guest, address)
    put_out(owner, shop.url, address)
    expect(owner.get_by_role("status")).to_contain_text(f"Rule for {address} removed")
    guest.goto(shop.url)
    assert guest.url == f"{shop.url}/sign-in"


def test_a_guest_is_invited_comes_in_is_listed_is_removed_and_is_out(fresh):
    whole_way(fresh)


@pytest.mark.slow
@pytest.mark.parametrize("options", WINDOWS.values(), ids=WINDOWS)
def test_the_whole_way_in_every_kind_of_window(shop, options):
    whole_way(shop, **options)


def test_nothing_happens_before_the_preview_is_confirmed(shop):
    owner, address = shop.signed_in(OWNER, INVITE), shop.stranger()
    owner.get_by_label("Email addresses, one per line").fill(f"Guest <{address}>\nnobody")

    press_button(owner, "Preview")
    assert owner.locator(".state").all_inner_texts() == ["Add", "Skipped"]

    owner.goto(f"{shop.url}/people")
    assert address not in owner.content()
    assert shop.sink.letters_to(address) == []


@pytest.mark.slow
def test_all_lines_of_a_list_are_invited(shop):
    owner, guests = shop.signed_in(OWNER), [shop.stranger(), shop.stranger()]
    invite(owner, shop.url, "\n".join(guests))

    expect(owner.get_by_role("status")).to_have_text("2 people added.")
    for address in guests:
        assert wait_for_email(shop.sink, address, "invited", page=owner)


@pytest.mark.slow
def test_the_whole_way_with_the_keyboard_alone(shop, page):
    owner, address = shop.signed_in(OWNER, INVITE), shop.stranger()
    type_and_press(owner, address, "Tab")  # the field has the focus when the page opens
    tab_to(owner, "Preview", "Enter")
    tab_to(owner, "Add 1 person", "Enter")
    owner.wait_for_url("**/people")
    page.goto(get_link(wait_for_email(shop.sink, address, "invited", page=page), "/sign-in/invitation/"))
    tab_to(page, "Email me a sign-in link", "Enter")
    page.goto(shop.sink.wait_for(address).link)

    tab_to(page, "Sign in", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")

    owner.goto(f"{shop.url}/people?state=active&q=guest")
    tab_to(owner, address, "Enter")
    tab_to(owner, "Remove", "Enter")
    expect(owner.get_by_role("status")).to_contain_text("removed")
    page.reload()
    assert page.url == f"{shop.url}/sign-in"


@pytest.mark.parametrize("options", WITHOUT_AS_WELL, ids=["JavaScript", "no JavaScript"])
def test_a_stale_sign_in_is_renewed_and_what_was_typed_is_kept(shop, options):
    owner, guests = shop.signed_in(OWNER, INVITE, **options), [shop.stranger(), shop.stranger()]
    owner.get_by_label("Email addresses, one per line").fill("\n".join(guests))
    owner.get_by_label("Note").fill('Two "good" friends & <more>')
    shop.make_stale()

    press_button(owner, "Preview")
    assert get_heading(owner) == "Confirm it's you"

    confirm(shop, owner)
    assert owner.url == f"{shop.url}/people/invitations/preview"
    assert owner.locator("td.long").all_inner_texts() == guests
    assert owner.locator("[name=note]").input_value() == 'Two "good" friends & <more>'


@pytest.mark.slow
def test_a_stale_sign_in_is_renewed_before_somebody_is_removed(shop):
    owner, address = shop.signed_in(OWNER), shop.stranger()
    invite(owner, shop.url, address)
    follow_link(owner, address)
    shop.make_stale(timedelta(minutes=16))

    press_button(owner, "Withdraw invitation")

    assert get_heading(owner) == "Confirm it's you"
    confirm(shop, owner)
    expect(owner.get_by_role("status")).to_contain_text(f"Rule for {address} removed")


def confirm(shop, page):
    """Type the code of the email that a stale sign-in causes."""
    letter = wait_for_email(shop.sink, OWNER, "confirmation", page=page)
    page.get_by_label("Code from the email").fill(letter.code)
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Continue").click()


@pytest.mark.slow
def test_a_rule_that_ran_out_keeps_its_role_when_it_is_renewed(shop):
    address = shop.stranger()
    shop.fill_list({"subject": address, "role": "viewer", "until": date(2020, 1, 31)})
    owner = shop.as_owner("/people?state=expired")
    follow_link(owner, address)
    owner.get_by_label("Last day of access (UTC").fill("2099-12-31")

    press_button(owner, "Save")

    expect(owner.get_by_role("status")).to_have_text(f"{address} now has viewer access.")
