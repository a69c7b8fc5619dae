"""A temporary rule expires at the end of its last day, between two requests; a longer one does not revive sessions."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import browser_of
from tests.people.rule_helpers import allow, details, run, verdict
from tests.sample_people import OWNER
from tests.sign_in_flow import confirm_link, deliver_emails, read_email, request_link, sign_in

GUEST = "guest@elsewhere.example"
DOMAIN = "@elsewhere.example"


@pytest.fixture
def last_minute(clock):
    """Return a function that sets the clock to so many seconds before (or, negative, after) the end of today in UTC."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def move(before_midnight):
        clock.set(today + timedelta(days=1, seconds=-before_midnight))

    return move


def is_in(browser):
    return browser.get("/").status_code == 200


@pytest.mark.parametrize("subject", [GUEST, DOMAIN])
def test_a_pass_is_good_in_its_last_minute_and_over_in_the_next(app, client, sink, last_minute, subject):
    allow(app, subject, "staff", until=timedelta())
    last_minute(30)
    sign_in(app, client, sink, GUEST)

    assert is_in(client)

    last_minute(-30)
    assert client.get("/").status_code == 302
    assert verdict(app, GUEST).rule == subject


def test_a_link_from_the_last_minute_lets_nobody_in_after_it(app, client, sink, last_minute):
    allow(app, GUEST, "staff", until=timedelta())
    last_minute(30)
    request_link(client, GUEST)
    link = read_email(app, sink, GUEST).link
    last_minute(-30)

    assert confirm_link(client, link).status_code == 410
    assert not is_in(client)


def test_who_asks_after_the_last_minute_is_mailed_nothing(app, client, sink, last_minute):
    allow(app, GUEST, "staff", until=timedelta())
    last_minute(-30)
    request_link(client, GUEST)

    deliver_emails(app)

    assert sink.letters_to(GUEST) == []


def test_a_pass_made_longer_before_it_ends_keeps_its_session(app, client, sink, last_minute):
    allow(app, GUEST, "staff", until=timedelta())
    last_minute(30)
    sign_in(app, client, sink, GUEST)
    allow(app, GUEST, "staff", until=timedelta(days=2))

    last_minute(-30)

    assert is_in(client)


def test_a_pass_made_longer_after_it_ended_revives_nothing(app, client, sink, last_minute):
    allow(app, GUEST, "staff", until=timedelta())
    last_minute(30)
    sign_in(app, client, sink, GUEST)
    last_minute(-30)

    allow(app, GUEST, "staff", until=timedelta(days=5))

    assert verdict(app, GUEST).may_enter
    assert not is_in(client)
    assert sign_in(app, client, sink, GUEST).status_code == 303


def test_a_removed_and_renewed_pass_revives_nothing(app, client, sink, last_minute):
    allow(app, GUEST, "staff", until=timedelta())
    last_minute(30)
    sign_in(app, client, sink, GUEST)
    last_minute(-30)
    run(app, "people", "remove", GUEST)

    allow(app, GUEST, "staff")

    assert not is_in(client)


def test_a_new_domain_rule_after_a_pass_ended_revives_nothing(app, client, sink, last_minute):
    """Another rule that covers the guest must not revive the browser of the expired rule."""
    allow(app, GUEST, "staff", until=timedelta())
    last_minute(30)
    sign_in(app, client, sink, GUEST)
    last_minute(-30)

    allow(app, DOMAIN, "viewer")

    assert verdict(app, GUEST).may_enter
    assert not is_in(client)


@pytest.mark.parametrize("narrower", ["viewer", "staff"])
def test_a_narrower_role_ends_the_sessions(app, client, sink, narrower):
    allow(app, GUEST, "owner")
    sign_in(app, client, sink, GUEST)

    allow(app, GUEST, narrower)

    assert not is_in(client)
    assert [one["sessions"] for one in details(app, "access_ended")] == [1]


def test_a_narrower_domain_spares_whom_a_rule_of_their_own_lets_in(app, client, other, sink):
    allow(app, DOMAIN, "staff")
    allow(app, GUEST, "staff")
    sign_in(app, client, sink, GUEST)
    sign_in(app, other, sink, f"other{DOMAIN}")

    allow(app, DOMAIN, "viewer")

    assert (is_in(client), is_in(other)) == (True, False)


def test_an_earlier_last_day_counts_at_the_next_request(app, client, sink, last_minute):
    allow(app, GUEST, "staff")
    last_minute(60)
    sign_in(app, client, sink, GUEST)

    allow(app, GUEST, "staff", until=timedelta())
    assert is_in(client)

    last_minute(-30)
    assert not is_in(client)


def test_an_owner_sees_that_a_pass_is_over(app, client, sink, last_minute):
    allow(app, GUEST, "staff", until=timedelta())
    last_minute(-30)
    sign_in(app, client, sink, OWNER)
    client.get("/people?state=expired")

    assert GUEST in client.page.get_text()


def test_another_rule_keeps_in_whom_a_pass_no_longer_does(app, sink, last_minute):
    allow(app, DOMAIN, "viewer")
    allow(app, GUEST, "staff", until=timedelta())
    browser = browser_of(app)
    last_minute(30)
    sign_in(app, browser, sink, GUEST)

    last_minute(-30)

    assert is_in(browser)
    assert verdict(app, GUEST).rule == DOMAIN
