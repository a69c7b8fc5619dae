"""A thief has the code: what the victim's "this was not me" ends, and what the thief cannot suppress."""

import re

import pytest

from tests.conftest import browser_of
from tests.sample_people import STAFF
from tests.sign_in_flow import deliver_emails, enter_code, link_path, read_email, request_link, sign_in


@pytest.fixture(autouse=True)
def _known(app, sink):
    """The victim has signed in before: a very first sign-in is not reported."""
    sign_in(app, browser_of(app), sink, STAFF)
    sink.received.clear()


def report(client, letter, address):
    """Open the email's report page and click its button, with the address typed."""
    client.get(link_path(re.search(r"http\S+/sign-in/not-me/\S+", letter.text).group(0)))
    return client.submit("/sign-in/not-me", {"email": address}, of="/sign-in")


def steal(app, thief, sink):
    """Sign in with the code of another person's email. Returns that email."""
    request_link(thief, STAFF)
    letter = read_email(app, sink, STAFF)
    assert enter_code(thief, letter.code).status_code == 303
    return letter


def news(sink):
    """Return the emails about a new browser."""
    return [one for one in sink.letters_to(STAFF) if one not in sink.ways_in(STAFF)]


def test_reporting_a_letter_ends_the_session_that_its_code_began(app, client, other, sink):
    letter = steal(app, other, sink)

    assert other.get("/").status_code == 200
    assert report(client, letter, STAFF).status_code == 200
    assert other.get("/").status_code == 302


def test_a_spent_letter_pauses_sign_in_only_once(app, client, other, sink, clock):
    letter = steal(app, other, sink)
    report(client, letter, STAFF)
    clock(minutes=61)

    assert report(client, letter, STAFF).status_code == 410

    sign_in(app, client, sink, STAFF)
    assert client.get("/").status_code == 200


def test_signing_out_at_once_does_not_keep_the_news_from_leaving(app, other, sink):
    steal(app, other, sink)
    other.submit("/sign-out", of="/")

    deliver_emails(app)

    assert len(news(sink)) == 1


def test_a_reported_browser_is_news_again(app, client, other, sink, clock):
    letter = steal(app, other, sink)
    deliver_emails(app)
    report(client, letter, STAFF)
    clock(minutes=61)
    sign_in(app, other, sink, STAFF)

    deliver_emails(app)

    assert len(news(sink)) == 2


def test_a_report_of_a_session_that_had_ended_counts_once(app, client, other, sink):
    steal(app, other, sink)
    other.submit("/sign-out", of="/")
    deliver_emails(app)

    assert report(client, news(sink)[0], STAFF).status_code == 200
    assert report(browser_of(app), news(sink)[0], STAFF).status_code == 410
