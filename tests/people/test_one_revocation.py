"""A removal is one act: with one click, five live things of one person end."""

import pytest

from shop.clock import now
from shop.extensions import db
from shop.outbox.models.email import Email
from shop.people.models.invitation import Invitation
from tests.conftest import browser_of
from tests.people.rule_helpers import allow, details, run
from tests.people.test_people_pages import invite
from tests.sample_people import OWNER
from tests.sign_in_flow import confirm_link, deliver_emails, read_email, request_link, sign_in

pytestmark = pytest.mark.both_databases

GUEST = "guest@elsewhere.example"


def row_of(client, subject):
    client.get("/people")
    return client.page.find("a", string=subject)["href"]


@pytest.fixture
def five(app, client, sink):
    """Two sessions in two browsers, an unused link, an unsent email, and an invitation."""
    sign_in(app, client, sink, OWNER)
    invite(client, GUEST)
    first, second, third, fourth = (browser_of(app) for _ in range(4))
    sign_in(app, first, sink, GUEST)
    sign_in(app, second, sink, GUEST)
    request_link(third, GUEST)
    link = read_email(app, sink, GUEST).link
    request_link(fourth, GUEST)
    with app.app_context():
        db.session.add(Invitation(id="x" * 22, address=GUEST, invited_by=OWNER, invited_at=now(), last_letter_at=now()))
        db.session.commit()
    sink.received.clear()
    return first, second, third, link


def test_one_removal_ends_all_five(app, client, sink, five):
    first, second, third, link = five
    row = row_of(client, GUEST)

    assert client.submit(f"{row}/removal", of=row).status_code == 303
    assert first.get("/").status_code == 302
    assert second.get("/").status_code == 302
    assert confirm_link(third, link).status_code == 410

    deliver_emails(app)
    assert sink.letters_to(GUEST) == []
    with app.app_context():
        assert Invitation.query.count() == 0
        assert Email.query.filter_by(outcome="withdrawn").count() == 1


def test_a_refused_removal_ends_nothing(app, client, sink):
    sign_in(app, client, sink, OWNER)
    invite(client, GUEST)
    guest = browser_of(app)
    sign_in(app, guest, sink, GUEST)
    row = row_of(client, GUEST)

    assert guest.submit(f"{row}/removal", of="/sign-in").status_code == 403
    assert guest.get("/").status_code == 200


def test_the_requests_of_a_domain_end_with_its_rule(app, client, sink):
    allow(app, "@elsewhere.example", "staff")
    request_link(client, GUEST)
    link = read_email(app, sink, GUEST).link

    run(app, "people", "remove", "@elsewhere.example")

    assert [entry["requests"] for entry in details(app, "access_ended")] == [1]
    assert confirm_link(client, link).status_code == 410


def test_a_request_that_expired_is_nothing_to_end(app, client, sink, clock):
    allow(app, "@elsewhere.example", "staff")
    request_link(client, GUEST)
    deliver_emails(app)
    clock(hours=2)

    run(app, "people", "remove", "@elsewhere.example")

    assert details(app, "access_ended") == []
