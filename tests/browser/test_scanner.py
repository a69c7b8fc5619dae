"""A scanner opens, follows and clicks everything before the person does: nothing is spent, and the person signs in."""

import pytest
from sqlalchemy import func, select

from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from tests import results
from tests.browser.live_shop import LiveShop
from tests.browser.page_actions import ask_for_link, get_heading, type_code, use_sign_in_link
from tests.browser.scanner import Scanner, press_everything
from tests.sample_people import STAFF


@pytest.fixture
def shop(serve, sink, database_url):
    return LiveShop(serve().url, sink, database_url.replace("postgresql:", "postgresql+psycopg:"))


def sessions(shop):
    return shop.read(select(func.count(LoginSession.id)))[0][0]


def tries(shop):
    """Return the number of attempts on the person's requests."""
    return shop.read(select(func.sum(SignInRequest.tries)).where(SignInRequest.address == STAFF))[0][0]


def scan(shop, letter, window):
    """Run both scanners on an email. Returns what they did."""
    scanner = Scanner(shop.url, letter.code)
    scanner.scan(letter.link)
    presses = press_everything(window(), letter.link)
    return {"requests": scanner.sent, "answers": sorted(scanner.answers), "presses": presses}


@pytest.mark.slow
def test_a_scanner_spends_nothing_and_the_person_gets_in_by_link_and_by_code(shop, sink, page, window, request):
    ask_for_link(page, f"{shop.url}/sign-in", STAFF)
    letter = sink.wait_for(STAFF)
    first = scan(shop, letter, window)
    assert (sessions(shop), tries(shop)) == (0, 0)
    use_sign_in_link(page, letter.link)
    assert get_heading(page) == "Home"

    ask_for_link(page, f"{shop.url}/sign-in", STAFF)
    letter = sink.wait_for(STAFF, count=2)
    second = scan(shop, letter, window)
    assert (sessions(shop), tries(shop)) == (1, 0)
    type_code(page, letter.code)
    assert get_heading(page) == "Home"
    assert max(*first["answers"], *second["answers"]) < 500
    results.save_figures(f"scanner, {request.node.callspec.id}", before_the_link=first, before_the_code=second)
