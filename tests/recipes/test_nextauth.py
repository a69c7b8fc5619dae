"""A real Next.js with NextAuth signs people in through the shop, by redirect and by code, in a real browser."""

from secrets import token_hex

import pytest
from playwright.sync_api import expect

from tests.browser.page_actions import press_button
from tests.recipes.live_shop import call_json
from tests.recipes.storefront import (
    SIX_PAGES,
    WAYS_IN,
    ask_for_code,
    enter_code,
    is_signed_in,
    is_signed_out,
    sign_in_by_code,
    sign_in_by_redirect,
    sign_out,
)

pytestmark = pytest.mark.slow

TITLE = "Only for who is signed in"


@pytest.fixture(scope="module")
def storefront(shop, prepare, start_strapi):
    """The storefront, beside a Strapi with one article."""
    program = prepare("nextauth", built=".next/BUILD_ID")
    client = shop.register("nextauth", at=program.url)
    strapi = start_strapi(client)
    shops = {"SHOP_URL": shop.url, "SHOP_CLIENT_ID": client.id, "SHOP_CLIENT_SECRET": client.secret}
    own = {"NEXTAUTH_URL": program.url, "NEXTAUTH_SECRET": token_hex(32), "API_URL": strapi.url}
    program.start("--hostname", "127.0.0.1", place={}, **shops, **own)
    program.wait_until_up("/")
    strapi.wait_until_up("/_health")
    token = shop.sign_in(shop.staff(), client)
    assert call_json(f"{strapi.url}/api/articles", {"data": {"title": TITLE}}, bearer=token)[0] == 201
    return program


@pytest.fixture(autouse=True)
def _present(storefront):
    storefront.put_clock_forward(minutes=0)


def test_by_redirect(storefront, shop, window):
    page, address = window(), shop.customer()
    sign_in_by_redirect(page, storefront, shop, address)
    assert is_signed_in(page, storefront, address)


def test_by_code_on_the_storefronts_own_page(storefront, shop, window):
    page, address = window(), shop.customer()
    sign_in_by_code(page, storefront, shop, address)
    assert is_signed_in(page, storefront, address)


def test_a_wrong_code_lets_nobody_in(storefront, shop, window):
    page, address = window(), shop.customer()
    ask_for_code(page, storefront, address)
    right = shop.code_for(address)

    enter_code(page, "000-000" if right != "000-000" else "111-111")

    expect(page.get_by_role("status")).to_have_text("That code is not right, or too old.")
    assert is_signed_out(page, storefront)


def test_a_code_is_of_no_use_in_another_browser(storefront, shop, window):
    page, other, address = window(), window(), shop.customer()
    ask_for_code(page, storefront, address)
    code = shop.code_for(address)
    ask_for_code(other, storefront, address)

    enter_code(other, code)

    expect(other.get_by_role("status")).to_have_text("That code is not right, or too old.")
    assert is_signed_out(other, storefront)


@pytest.mark.parametrize("way", ["redirect", "code"])
def test_the_articles_of_strapi_are_for_who_is_signed_in(storefront, shop, window, way):
    page = window()
    page.goto(f"{storefront.url}/articles")
    assert TITLE not in page.content()

    WAYS_IN[way](page, storefront, shop, shop.customer())
    page.goto(f"{storefront.url}/articles")
    assert TITLE in page.content()


def test_no_token_is_given_to_the_browser(storefront, shop, window):
    page = window()
    sign_in_by_redirect(page, storefront, shop, shop.customer())
    told = page.evaluate("fetch('/api/auth/session').then((answer) => answer.text())")
    [sealed] = [one for one in page.context.cookies(storefront.url) if one["name"] == "next-auth.session-token"]

    assert sealed["httpOnly"]
    assert "eyJ" not in told
    assert sealed["value"] not in page.evaluate("document.cookie")


@pytest.mark.parametrize("way", ["redirect", "code"])
def test_tokens_are_renewed_once_for_all_tabs(storefront, shop, window, way):
    """Two concurrent pages use the same refresh token; a replay would end the sign-in."""
    page, address = window(), shop.customer()
    WAYS_IN[way](page, storefront, shop, address)
    storefront.put_clock_forward(minutes=4.8)
    old = page.context.cookies(storefront.url)
    statuses = page.evaluate(SIX_PAGES)

    assert statuses == [200] * 6
    assert page.context.cookies(storefront.url) != old

    storefront.put_clock_forward(minutes=0)
    assert is_signed_in(page, storefront, address)

    storefront.put_clock_forward(minutes=4.8)
    assert is_signed_in(page, storefront, address)


@pytest.mark.parametrize("way", ["redirect", "code"])
def test_a_removed_person_is_out_of_the_api_at_once_and_of_the_storefront_with_the_token(storefront, shop, window, way):
    page, address = window(), shop.customer()
    WAYS_IN[way](page, storefront, shop, address)
    shop.flask("people", "block", address)

    page.goto(f"{storefront.url}/articles")
    expect(page.get_by_text("Not for you (401).")).to_be_visible()

    storefront.put_clock_forward(minutes=6)
    assert is_signed_out(page, storefront)


def test_who_signs_out_is_out_of_both(storefront, shop, window):
    page = window()
    sign_in_by_redirect(page, storefront, shop, shop.customer())
    sign_out(page, shop)
    page.wait_for_url(f"{shop.url}/oauth/end-session?*")
    press_button(page, "Sign out")
    page.wait_for_url(f"{storefront.url}/")

    assert is_signed_out(page, storefront)

    page.goto(shop.url)
    assert page.url == f"{shop.url}/sign-in"


@pytest.mark.parametrize("way", ["redirect", "code"])
def test_a_cookie_that_was_copied_dies_with_the_signing_out(storefront, shop, window, way):
    page, thief = window(), window()
    WAYS_IN[way](page, storefront, shop, shop.customer())
    thief.context.add_cookies(page.context.cookies(storefront.url))

    thief.goto(f"{storefront.url}/articles")
    assert TITLE in thief.content()

    sign_out(page, shop)
    thief.goto(f"{storefront.url}/articles")
    assert TITLE not in thief.content()


def test_who_is_turned_away_by_the_shop_is_told_so(storefront, shop, window):
    page = window()
    page.goto(f"{storefront.url}/api/auth/callback/shop?error=access_denied&iss={shop.url}")
    expect(page.get_by_text("You were not signed in. Please try again.")).to_be_visible()


def test_while_the_shop_is_away_nobody_is_signed_out(storefront, shop, window):
    page, address = window(), shop.customer()
    sign_in_by_redirect(page, storefront, shop, address)
    shop.served.stop()
    storefront.put_clock_forward(minutes=4.8)

    assert is_signed_in(page, storefront, address)

    shop.served.start()
    page.goto(f"{storefront.url}/articles")
    assert TITLE in page.content()
