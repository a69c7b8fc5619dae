"""The limits of one's own reauthentication: so many emails an hour, so many wrong codes a day, and none more."""

import pytest

from shop.signin import address_limits
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in
from tests.signin.emails import reauthentication_codes
from tests.signin.test_reauthentication import ask_for_it, give, held, rules


@pytest.fixture
def stale(app, client, sink, clock):
    """An owner who signed in sixteen minutes ago."""
    sign_in(app, client, sink, OWNER)
    clock(minutes=16)
    return client


def test_no_more_emails_are_sent_than_the_hour_allows(app, stale, sink, clock, monkeypatch):
    monkeypatch.setattr(address_limits, "EMAILS_PER_HOUR", 1)
    where = ask_for_it(stale)
    data = {**held(stale).to_dict(), "confirmation_again": "1"}
    clock(minutes=18)

    answer = stale.post(where, data=data)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 60
    assert len(reauthentication_codes(app, sink, OWNER)) == 1


def test_wrong_codes_of_a_day_come_to_an_end(app, stale, sink, monkeypatch):
    where = ask_for_it(stale)
    give(stale, where, "AAA-AAA")
    monkeypatch.setattr(address_limits, "WRONG_CODES_PER_DAY", 1)

    answer = give(stale, where, "BBB-BBB")

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert rules(app) == {}
