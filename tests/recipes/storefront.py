"""The storefront of the recipe, as a person uses it in a browser."""

from tests.browser.page_actions import press_button, type_code

SIX_PAGES = "() => Promise.all(Array.from({ length: 6 }, () => fetch('/articles').then((answer) => answer.status)))"


def sign_in_by_redirect(page, storefront, shop, address):
    page.goto(f"{storefront.url}/sign-in")
    page.get_by_role("button", name="Sign in through the shop").click()
    page.wait_for_url(f"{shop.url}/**")
    page.get_by_label("Email address").fill(address)
    press_button(page, "Email me a sign-in link")
    type_code(page, shop.code_for(address))
    page.wait_for_url(f"{storefront.url}/")


def sign_in_by_code(page, storefront, shop, address):
    ask_for_code(page, storefront, address)
    enter_code(page, shop.code_for(address))
    page.wait_for_url(f"{storefront.url}/")


WAYS_IN = {"redirect": sign_in_by_redirect, "code": sign_in_by_code}


def sign_out(page, shop):
    """Sign out of the storefront, which redirects to the shop."""
    with page.expect_request(f"{shop.url}/oauth/end-session?*"):
        page.get_by_role("button", name="Sign out").click()


def ask_for_code(page, storefront, address):
    page.goto(f"{storefront.url}/sign-in")
    page.get_by_label("Email address").fill(address)
    page.get_by_role("button", name="Email me a code").click()


def enter_code(page, code):
    page.get_by_label("Code from the email").fill(code)
    page.get_by_role("button", name="Sign in with the code").click()


def is_signed_in(page, storefront, address):
    page.goto(storefront.url)
    return f"You are {address}." in page.locator("main").inner_text()


def is_signed_out(page, storefront):
    page.goto(storefront.url)
    return page.get_by_role("link", name="Sign in").is_visible()
