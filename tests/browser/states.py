"""Every page in every state, each reached as a person reaches it; the name says what is seen."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import make_url, text

from tests.browser.live_shop import LONG_EMAIL, LiveShop
from tests.browser.page_actions import ask_for_link, follow_link, press_button, type_code, use_sign_in_link
from tests.sample_people import OWNER, VIEWER

FAULT = "550 5.1.1 " + "The mailbox is unavailable, says the other side at some length. " * 4
Reach = Callable[[LiveShop], Page]
states: dict[str, Reach] = {}


def state(heading: str | re.Pattern[str]) -> Callable[[Reach], Reach]:
    """Register a state in the list, under the heading of its page."""

    def listed(reach: Reach) -> Reach:
        def reached(scene: LiveShop) -> Page:
            page = reach(scene)
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            return page

        reached.place = reach.__module__.rpartition(".")[2]
        states[reach.__name__] = reached
        return reach

    return listed


def open_path(scene: LiveShop, path: str, page: Page | None = None) -> Page:
    page = page or scene.window()
    page.goto(scene.url + path)
    return page


@state("Sign in")
def sign_in(scene):
    return open_path(scene, "/sign-in")


@state("Sign in")
def sign_in_with_a_bad_address(scene):
    page = scene.window()
    ask_for_link(page, f"{scene.url}/sign-in", "Somebody <somebody@staff.example>")
    return page


@state("Sign in")
def sign_in_with_an_endless_address(scene):
    page = scene.window()
    ask_for_link(page, f"{scene.url}/sign-in", "x" * 300 + "@staff.example")
    return page


@state("Sign in")
def sign_in_while_signed_in(scene):
    return scene.signed_in(LONG_EMAIL, "/sign-in")


@state("Sign in")
def sign_in_after_signing_out(scene):
    page = scene.signed_in(scene.newcomer())
    press_button(page, "Sign out")
    return page


@state("Check your email")
def code(scene):
    return scene.asked(scene.newcomer())[0]


@state("Check your email")
def code_while_signed_in(scene):
    page = scene.signed_in(scene.newcomer())
    ask_for_link(page, f"{scene.url}/sign-in", scene.newcomer())
    return page


@state("Check your email")
def code_that_is_wrong(scene):
    page, _ = scene.asked(scene.newcomer())
    type_code(page, "AAA-AAA")
    return page


@state("Check your email")
def code_that_cannot_be_one(scene):
    page, _ = scene.asked(scene.newcomer())
    type_code(page, "What am I to type here, please? " * 3)
    return page


@state("Check your email")
def code_after_the_last_try(scene):
    page, _ = scene.asked(address := scene.newcomer())
    scene.change(address, tries=4)
    type_code(page, "AAA-AAA")
    return page


@state("Check your email")
def code_without_tries(scene):
    return open_path(scene, "/sign-in/code", code_after_the_last_try(scene))


@state("Check your email")
def code_while_mail_is_delayed(scene):
    scene.post_letters({"never_reached": True})
    page, _ = scene.asked(scene.newcomer())
    scene.forget_letters()
    return page


@state("Check your email")
def code_of_a_second_letter(scene):
    address = scene.newcomer()
    page, _ = scene.asked(address)
    scene.pass_time(address, "last_letter_at", by=timedelta(seconds=61))
    page.reload()
    press_button(page, "Send again")
    return page


@state("Sign in")
def correct_the_address(scene):
    page, _ = scene.asked(LONG_EMAIL)
    follow_link(page, "Use a different address")
    return page


@state(re.compile("^Sign in as "))
def link(scene):
    page, letter = scene.asked(scene.newcomer())
    page.goto(letter.link)
    return page


@state(re.compile("^Sign in as "))
def link_while_signed_in_as_another(scene):
    address = scene.newcomer()
    page = scene.signed_in(LONG_EMAIL)
    ask_for_link(page, f"{scene.url}/sign-in", address)
    page.goto(scene.sink.wait_for(address).link)
    return page


@state("Enter this code in your other browser")
def link_in_another_browser(scene):
    _, letter = scene.asked(scene.newcomer())
    page = scene.window()
    page.goto(letter.link)
    return page


@state("This link has already been used")
def link_that_was_used_just_now(scene):
    page, letter = scene.asked(scene.newcomer())
    use_sign_in_link(page, letter.link)
    page.goto(letter.link)
    return page


@state("This link has already been used")
def link_that_was_used_elsewhere(scene):
    asking, letter = scene.asked(scene.newcomer())
    use_sign_in_link(asking, letter.link)
    page = scene.window()
    page.goto(letter.link)
    return page


@state("This link has expired")
def link_that_expired(scene):
    address = scene.newcomer()
    page, letter = scene.asked(address)
    scene.pass_time(address, "expires_at")
    page.goto(letter.link)
    return page


@state("This sign-in request has expired")
def code_that_expired(scene):
    address = scene.newcomer()
    page, _ = scene.asked(address)
    scene.pass_time(address, "expires_at", "last_letter_at")
    page.reload()
    return page


@state("This link has been replaced by a newer one")
def link_that_was_replaced(scene):
    page, letter = scene.asked(scene.newcomer())
    ask_for_link(page, f"{scene.url}/sign-in", scene.newcomer())
    page.goto(letter.link)
    return page


@state("This link is no longer valid")
def link_that_was_withdrawn(scene):
    address = scene.newcomer()
    page, letter = scene.asked(address)
    scene.pass_time(address, "withdrawn_at")
    page.goto(letter.link)
    return page


@state("This link doesn't work")
def link_that_is_not_genuine(scene):
    return open_path(scene, "/sign-in/link/bm90LWdlbnVpbmU")


@state("No sign-in in progress")
def code_where_nothing_was_asked(scene):
    page, letter = scene.asked(scene.newcomer())
    page.context.clear_cookies(name="asked")
    type_code(page, letter.code)
    return page


@state("That didn't work")
def error_400(scene):
    page = open_path(scene, "/sign-in")
    page.context.clear_cookies()
    page.get_by_label("Email address").fill(OWNER)
    press_button(page, "Email me a sign-in link")
    return page


@state("You don't have access")
def error_403(scene):
    return scene.signed_in(scene.newcomer(), "/outbox")


@state("Page not found")
def error_404(scene):
    return open_path(scene, "/nothing-here")


@state("Not allowed")
def error_405(scene):
    return open_path(scene, "/sign-out")


@state("Please wait a moment")
def error_429_too_soon(scene):
    page, _ = scene.asked(scene.newcomer())
    with page.expect_navigation():
        page.locator("form[action='/sign-in/again']").evaluate("form => form.submit()")  # its countdown is on
    return page


@state("Please wait a moment")
def error_429_too_many(scene):
    page, address = scene.window(), scene.newcomer()
    for _ in range(6):
        ask_for_link(page, f"{scene.url}/sign-in", address)
    return page


@state("Something went wrong")
def error_500(scene):
    page = scene.signed_in(OWNER)
    scene.post_letters({"outcome": "failed"})
    scene.run(text("UPDATE letters SET data = '{' WHERE ref = 'past'"))
    open_path(scene, "/outbox?outcome=failed", page)
    scene.forget_letters()
    return page


@state("Not available right now")
def error_503(scene):
    page, address = scene.window(), scene.newcomer()
    with closing(sqlite3.connect(make_url(scene.database).database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ask_for_link(page, f"{scene.url}/sign-in", address)
    return page


@state("Home")
def home_of_the_owner(scene):
    scene.post_letters({"outcome": "failed", "fault": FAULT}, {"never_reached": True})
    page = scene.signed_in(OWNER)
    scene.forget_letters()
    return page


@state("Home")
def home_of_staff(scene):
    return scene.signed_in(LONG_EMAIL)


@state("Home")
def home_of_a_viewer(scene):
    return scene.signed_in(VIEWER)


@state("Outbox")
def outbox_waiting(scene):
    waiting = {"fault": "ConnectionRefusedError: [Errno 111] Connection refused", "attempts": 12}
    scene.post_letters(*[waiting] * 3, {"to": LONG_EMAIL, "attempts": 0, "fault": None})
    page = scene.signed_in(OWNER, "/outbox")
    scene.forget_letters()
    return page


@state("Outbox")
def outbox_failed_at_length(scene):
    scene.post_letters(*[{"to": LONG_EMAIL, "outcome": "failed", "fault": FAULT[:300]}] * 3, {"outcome": "failed"})
    page = scene.signed_in(OWNER, "/outbox?outcome=failed")
    scene.forget_letters()
    return page


@state("Outbox")
def outbox_withheld(scene):
    scene.post_letters({"outcome": "withheld", "fault": "not on the list"}, {"outcome": "withheld", "kind": "other"})
    page = scene.signed_in(OWNER, "/outbox?outcome=withheld")
    scene.forget_letters()
    return page


@state("Outbox")
def outbox_delivered(scene):
    return scene.signed_in(OWNER, "/outbox?outcome=delivered")


@state("Outbox")
def outbox_empty(scene):
    return scene.signed_in(OWNER, "/outbox?outcome=withdrawn")
