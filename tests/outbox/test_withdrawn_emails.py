"""Waiting emails are withdrawn with their recipient's access; no others, and none that was sent."""

import pytest

from shop.extensions import db
from shop.outbox import emails
from shop.outbox.models.email import Email
from tests.people.rule_helpers import allow, block, details, run
from tests.sample_people import STAFF
from tests.sign_in_flow import deliver_emails

ONE, TWO, OTHER = "one@many.example", "two@many.example", "one@many.example.org"

pytestmark = pytest.mark.both_databases


def post(app, *addresses):
    with app.app_context():
        for address in addresses:
            emails.post("of a later version", to=address, ref="1", message_id="<1@shop.example>")
        db.session.commit()


def fates(app):
    """Return each email's recipient and outcome, and whether it could still be sent."""
    with app.app_context():
        return [
            (one.to, one.outcome, one.settled_at is not None, one.claim, one.claimed_until)
            for one in Email.query.order_by(Email.id)
        ]


def withdrawn(address):
    return address, "withdrawn", True, None, None


def waiting(address):
    return address, None, False, None, None


def test_letters_to_everybody_of_a_domain_are_withdrawn_with_its_rule(app):
    allow(app, "@many.example", "staff")
    post(app, ONE, TWO, ONE, OTHER, STAFF)

    assert run(app, "people", "remove", "@many.example").exit_code == 0

    assert fates(app) == [withdrawn(ONE), withdrawn(TWO), withdrawn(ONE), waiting(OTHER), waiting(STAFF)]
    ended = {one["address"]: one["letters"] for one in details(app, "access_ended")}
    assert ended == {ONE: 2, TWO: 1}


def test_letters_to_somebody_who_is_blocked_are_withdrawn_and_are_not_sent(app, sink):
    post(app, ONE, STAFF, TWO)

    block(app, STAFF)
    deliver_emails(app)

    assert fates(app)[1] == withdrawn(STAFF)
    assert [outcome for _, outcome, *_ in fates(app)] == [None, "withdrawn", None]
    assert [one["letters"] for one in details(app, "access_ended")] == [1]
    assert sink.received == []
