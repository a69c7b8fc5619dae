"""While mail is down the code page says so, to everyone alike; and no expired email is ever sent."""

import pytest

from shop.audit.models.entry import Entry
from tests.conftest import browser_of
from tests.outbox.scripted_smtp_server import close, reply_with
from tests.people.rule_helpers import run
from tests.sample_people import BLOCKED, STAFF, STRANGER
from tests.sign_in_flow import confirm_link, deliver_emails, request_link

DELAYED = "Email is delayed"


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


@pytest.fixture
def down(scripted):
    """A mail server that cannot be reached."""
    scripted.always("banner", close)


def says_delayed(browser):
    browser.get("/sign-in/code")
    return DELAYED in browser.page.get_text()


@pytest.mark.parametrize("address", [STAFF, STRANGER])
def test_after_two_minutes_the_page_says_that_mail_is_delayed(app, client, clock, down, address):
    request_link(client, address)
    deliver_emails(app)
    clock(seconds=119)

    deliver_emails(app)
    assert not says_delayed(client)

    clock(minutes=2)
    deliver_emails(app)
    assert says_delayed(client)
    assert address not in client.page.get_text()


def test_it_says_so_to_whoever_asked_at_any_address(app, clock, down):
    browsers = {address: browser_of(app) for address in (STAFF, STRANGER, BLOCKED)}
    request_link(browsers[STAFF], STAFF)
    clock(minutes=3)
    deliver_emails(app)

    for address in (STRANGER, BLOCKED):
        request_link(browsers[address], address)

    assert [says_delayed(browser) for browser in browsers.values()] == [True, True, True]
    assert len({masked(browser) for browser in (browsers[STRANGER], browsers[BLOCKED])}) == 1


def masked(browser):
    """Return the page without its form tokens."""
    for field in browser.page.find_all("input", {"name": "csrf_token"}):
        field.decompose()
    return str(browser.page)


def test_it_is_said_also_where_no_worker_runs(client, clock):
    request_link(client, STRANGER)
    clock(seconds=121)
    assert says_delayed(client)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "body"])
def test_a_server_that_defers_one_letter_is_not_mail_delayed(app, client, other, scripted, clock, outcomes, step):
    """Only a member's email is ever offered to the server: its outcome must not show."""
    scripted.always(step, reply_with("451 greylisted"))
    request_link(client, STAFF)
    request_link(other, STRANGER)

    for seconds in (0, 10, 60, 150, 400):
        clock(seconds=seconds)
        deliver_emails(app)
        assert not says_delayed(client)
        assert not says_delayed(other)
    assert outcomes() == {"waiting": 1, "withheld": 1}


def test_a_letter_whose_server_is_back_in_time_comes_once(app, client, scripted, clock, outcomes, down):
    request_link(client, STAFF)
    for minutes in range(9):
        clock(minutes=minutes)
        deliver_emails(app)
    assert scripted.received == []

    scripted.heal()
    clock(minutes=9, seconds=30)
    deliver_emails(app)
    deliver_emails(app)
    assert outcomes() == {"delivered": 1}

    assert confirm_link(client, scripted.letters_to(STAFF)[0].link).status_code == 303
    assert len(scripted.received) == 1


def test_the_page_no_longer_says_so_when_mail_is_back(app, client, scripted, clock, down):
    request_link(client, STRANGER)
    clock(minutes=3)

    deliver_emails(app)
    assert says_delayed(client)

    scripted.heal()
    clock(minutes=4)
    deliver_emails(app)
    assert not says_delayed(client)


def test_a_letter_is_dropped_rather_than_mailed_late(app, client, scripted, clock, outcomes, down):
    request_link(client, STAFF)
    deliver_emails(app)
    scripted.heal()
    clock(minutes=10, seconds=1)

    deliver_emails(app)

    assert outcomes() == {"withheld": 1}
    assert scripted.received == []
    with app.app_context():
        assert "down" in Entry.query.filter_by(event="sign_in_withheld").one().details["reason"]
    assert "the email was delayed until its link had expired" in run(app, "outbox", "list").stdout
    assert "the mail system was down" in run(app, "outbox", "list", "--json").stdout


def test_a_letter_that_was_deferred_too_long_is_dropped_as_well(app, client, scripted, clock, outcomes):
    scripted.always("RCPT", reply_with("451 greylisted"))
    request_link(client, STAFF)
    deliver_emails(app)
    scripted.heal()
    clock(minutes=10, seconds=1)

    deliver_emails(app)

    assert outcomes() == {"withheld": 1}
    assert scripted.received == []


def test_a_link_lives_from_when_its_letter_was_handed_over(app, client, scripted, clock, down):
    request_link(client, STAFF)
    scripted.heal()
    clock(minutes=9)
    deliver_emails(app)
    clock(minutes=18, seconds=50)

    assert confirm_link(client, scripted.letters_to(STAFF)[0].link).status_code == 303
