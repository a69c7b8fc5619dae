"""Actions of a person on a page: fields are found by their labels, buttons and links by their words."""

import re

from playwright.sync_api import Page

from tests.smtp_server import ReceivedEmail, SmtpServer


def ask_for_link(page: Page, url: str, address: str) -> None:
    """Open a page and request a link on the sign-in page that it leads to."""
    page.goto(url)
    page.get_by_label("Email address").fill(address)
    press_button(page, "Email me a sign-in link")


def use_sign_in_link(page: Page, link: str) -> None:
    """Open a link and click its button."""
    page.goto(link)
    press_button(page, "Sign in")


def type_code(page: Page, code: str) -> None:
    """Type a code into the page that waits for it."""
    page.get_by_label("Code from the email").fill(code)
    press_button(page, "Sign in")


def press_button(page: Page, words: str) -> None:
    """Click the button with these words and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def sign_out(page: Page) -> None:
    """Sign out by the button at the top; on a phone it is in the menu. The list of sessions has others."""
    if (more := page.locator(".desk-more > summary")).is_visible():
        more.click()
    with page.expect_navigation():
        page.get_by_role("banner").get_by_role("button", name="Sign out", exact=True).click()


def follow_link(page: Page, words: str) -> None:
    """Follow the link with these words."""
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).click()


def open_mailbox(page: Page) -> None:
    """Reload, as the page says, until the email has arrived."""
    follow_link(page, "mailbox")
    for _ in range(300):
        if page.locator(".letter").count():
            return
        page.wait_for_timeout(100)
        follow_link(page, "Refresh")
    raise AssertionError("no letter came into the mailbox")


def get_heading(page: Page) -> str:
    """Return the page's one heading."""
    return page.locator("h1").inner_text()


def wait_for_email(sink: SmtpServer, address: str, words: str, *, page: Page) -> ReceivedEmail:
    """Return the email to an address whose subject has these words, once it has arrived."""
    for _ in range(1200):
        for letter in sink.letters_to(address):
            if words in letter.message["Subject"]:
                return letter
        page.wait_for_timeout(50)
    raise AssertionError(f"no letter about {words} came to {address}")


def get_link(letter: ReceivedEmail, path: str) -> str:
    """Return the link in an email that leads to a path."""
    return re.search(rf"http\S+{path}\S+", letter.text).group(0)
