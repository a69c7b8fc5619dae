"""Removing access is one act: session, pending request and unsent email end with the rule, in one transaction."""

from datetime import timedelta

import pytest

from shop.outbox.models.email import Email
from shop.people import revocation
from shop.people.revocation import Revocable
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from tests.conftest import browser_of
from tests.people.rule_helpers import allow, details, entries, run
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, deliver_emails, enter_code, read_email, request_link, sign_in

NEW = "new@elsewhere.example"
DOMAIN = "@elsewhere.example"
EVERYTHING = {"address": NEW, "sessions": 1, "requests": 1, "invitations": 0, "grants": 0, "letters": 1}


@pytest.fixture
def holding(app, client, sink):
    """A person with a rule of their own, signed in, who has requested another link: that email is not sent yet."""
    allow(app, NEW, "staff")
    hold(app, client, sink)


def hold(app, client, sink):
    sign_in(app, client, sink, NEW)
    deliver_emails(app)  # the email about a new browser is sent, so that one email waits
    request_link(browser_of(app), NEW)


def alive(app):
    """Return the numbers of everything that still gives access."""
    with app.app_context():
        sessions = LoginSession.query.filter_by(ended_at=None).count()
        requests = SignInRequest.query.filter_by(withdrawn_at=None, redeemed_at=None).count()
        return sessions, requests, Email.query.filter_by(outcome=None).count()


@pytest.mark.parametrize("words", [["remove", NEW], ["block", NEW]], ids=lambda words: words[0])
@pytest.mark.usefixtures("holding")
def test_everything_ends_at_once(app, client, sink, words):
    assert alive(app) == (1, 1, 1)

    assert run(app, "people", *words).exit_code == 0
    assert alive(app) == (0, 0, 0)
    assert details(app, "access_ended") == [EVERYTHING]

    assert client.get("/").status_code == 302

    sink.received.clear()
    deliver_emails(app)
    assert sink.received == []


@pytest.mark.usefixtures("holding")
def test_a_change_of_role_ends_nothing_and_counts_at_the_next_request(app, client):
    assert client.get("/outbox").status_code == 403

    allow(app, NEW, "owner")
    assert client.get("/outbox").status_code == 200
    assert details(app, "access_ended") == []


@pytest.mark.usefixtures("holding")
def test_a_removed_rule_spares_whom_another_rule_still_lets_in(app, client):
    allow(app, DOMAIN, "viewer")
    run(app, "people", "remove", NEW)

    assert client.get("/").status_code == 200
    assert "Viewer" in client.page.get_text()
    assert details(app, "access_ended") == []


def test_a_removed_domain_ends_everyone_who_stood_on_it(app, client, sink):
    allow(app, DOMAIN, "staff")
    hold(app, client, sink)

    run(app, "people", "remove", DOMAIN)

    assert alive(app) == (0, 0, 0)
    assert details(app, "access_ended") == [EVERYTHING]


def test_a_removed_domain_spares_whom_another_rule_still_lets_in(app, client, other, sink):
    allow(app, DOMAIN, "staff")
    allow(app, "spared@elsewhere.example", "viewer")
    sign_in(app, client, sink, NEW)
    sign_in(app, other, sink, "spared@elsewhere.example")

    run(app, "people", "remove", DOMAIN)

    assert (client.get("/").status_code, other.get("/").status_code) == (302, 200)
    assert [one["address"] for one in details(app, "access_ended")] == [NEW]


def test_a_removed_domain_spares_its_neighbours(app, client, sink):
    allow(app, DOMAIN, "staff")
    sign_in(app, client, sink, STAFF)

    run(app, "people", "remove", DOMAIN)

    assert client.get("/").status_code == 200


@pytest.mark.parametrize("finish", [confirm_link, enter_code], ids=["by link", "by code"])
def test_a_link_and_code_that_were_mailed_die_with_the_rule(app, client, sink, finish):
    allow(app, NEW, "staff")
    request_link(client, NEW)
    letter = read_email(app, sink, NEW)

    run(app, "people", "remove", NEW)

    assert finish(client, letter.link if finish is confirm_link else letter.code).status_code in (410, 422)
    assert alive(app)[0] == 0


def test_a_rule_that_ends_takes_its_session_along(app, client, sink, clock):
    allow(app, NEW, "staff", until=timedelta(days=1))
    clock(days=1)
    sign_in(app, client, sink, NEW)
    clock(days=2)

    assert client.get("/").status_code == 302


def test_a_blocked_person_who_is_let_in_again_does_not_find_the_old_session(app, client, sink):
    sign_in(app, client, sink, STAFF)
    run(app, "people", "block", STAFF)
    run(app, "people", "unblock", STAFF)

    assert client.get("/").status_code == 302
    assert sign_in(app, client, sink, STAFF).status_code == 303


@pytest.mark.usefixtures("holding")
def test_when_one_thing_cannot_be_ended_nothing_is(app, monkeypatch):
    """The last hook fails: the rule, the session and the request must all be unchanged."""

    def break_down(_address):
        raise OSError

    monkeypatch.setitem(revocation.revocables, "letters", Revocable(lambda: [], break_down))
    before = len(entries(app))

    assert run(app, "people", "remove", NEW).exit_code == 1
    assert alive(app) == (1, 1, 1)
    assert len(entries(app)) == before

    assert "has staff access" in run(app, "people", "why", NEW).stdout


def test_what_others_hold_is_left_alone(app, client, other, sink):
    allow(app, NEW, "staff")
    sign_in(app, client, sink, OWNER)
    sign_in(app, other, sink, NEW)

    run(app, "people", "remove", NEW)

    assert (client.get("/").status_code, other.get("/").status_code) == (200, 302)
