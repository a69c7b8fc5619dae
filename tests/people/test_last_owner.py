"""The last owner cannot be removed, blocked or demoted, not even by two owners who do it to each other at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from shop.extensions import db
from shop.people import access_changes, errors
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.conftest import make_app
from tests.people.rule_helpers import allow, entries, run, verdict
from tests.sample_people import OWNER, STAFF

LAST = "Error: This would leave the store without an owner. Add another owner first.\n"
ADA = "ada@shop.example"
BOB = "bob@shop.example"


@pytest.fixture
def environ(environ):
    """No owner by OWNER_EMAIL, so the rules must name one."""
    return {**environ, "OWNER_EMAIL": ""}


def take_away(app, address):
    """Yield every command that would remove an owner."""
    yield run(app, "people", "remove", address)
    yield run(app, "people", "block", address)
    yield run(app, "people", "allow", address, "--role", "staff")
    yield run(app, "people", "allow", address, "--role", "viewer")


def test_the_last_owner_cannot_be_taken_away(app):
    allow(app, ADA, "owner")

    before = len(entries(app))
    assert [(refused.exit_code, refused.stderr) for refused in take_away(app, ADA)] == [(1, LAST)] * 4
    assert verdict(app, ADA).role == "owner"
    assert len(entries(app)) == before


def test_a_domain_of_owners_is_no_owner(app):
    """A domain may have no one in it; an owner has a name."""
    allow(app, "@shop.example", "owner")
    allow(app, ADA, "owner")
    assert run(app, "people", "remove", ADA).stderr == LAST


def test_a_blocked_owner_is_no_owner(app):
    allow(app, ADA, "owner")
    allow(app, BOB, "owner")

    assert run(app, "people", "block", BOB).exit_code == 0
    assert run(app, "people", "remove", ADA).stderr == LAST


def test_an_owner_whose_rule_is_over_is_no_owner(app, clock):
    allow(app, ADA, "owner")
    allow(app, BOB, "owner", until=timedelta(days=2))
    clock(days=4)

    assert run(app, "people", "remove", ADA).stderr == LAST


@pytest.mark.parametrize("words", [["remove", ADA], ["block", ADA], ["allow", ADA, "--role", "staff"]], ids=" ".join)
def test_the_last_but_one_owner_may_go(app, words):
    allow(app, ADA, "owner")
    allow(app, BOB, "owner")

    assert run(app, "people", *words).exit_code == 0
    assert verdict(app, BOB).role == "owner"


def test_an_owner_by_setting_cannot_be_blocked_or_made_less(environ, tmp_path):
    app = make_app({**environ, "OWNER_EMAIL": OWNER}, tmp_path)
    refused = run(app, "people", "block", OWNER)
    said = f"Error: {OWNER} is set as an owner by OWNER_EMAIL. Remove it from that setting first.\n"
    assert (refused.exit_code, refused.stderr) == (1, said)

    allow(app, OWNER, "viewer")
    assert verdict(app, OWNER).role == "owner"


def test_the_only_owner_of_allowed_emails_cannot_be_blocked(environ, tmp_path):
    app = make_app({**environ, "ALLOWED_EMAILS": f"{ADA}=owner"}, tmp_path)

    assert run(app, "people", "block", ADA).stderr == LAST
    assert run(app, "people", "allow", ADA, "--role", "staff").stderr == LAST
    assert verdict(app, ADA).role == "owner"


def test_a_shop_without_an_owner_can_get_one(app):
    assert run(app, "people", "block", STAFF).exit_code == 0
    allow(app, ADA, "owner")
    assert verdict(app, ADA).role == "owner"


def test_who_is_no_owner_any_more_changes_nothing(app):
    """Another owner's change came first, after this one had passed the guard of the page."""
    with app.app_context():
        with pytest.raises(errors.NotAllowed, match="You are no longer an owner"):
            access_changes.block_address(ADA, actor=Actor(STAFF, NO_REQUEST))
        db.session.commit()
    assert not verdict(app, ADA).is_blocked


ACTS = {
    "remove": (access_changes.remove_rule, ["allow", "--role", "owner"]),
    "block": (access_changes.block_address, ["unblock"]),
}


@pytest.mark.parametrize(("act", "undo"), ACTS.values(), ids=ACTS)
def test_two_owners_who_take_each_other_away_at_once_do_not_both_succeed(environ, tmp_path, act, undo):
    in_settings = (
        f"{ADA}=owner, {BOB}=owner" if act is access_changes.block_address else ""
    )  # without a row that could be locked
    app = make_app({**environ, "ALLOWED_EMAILS": in_settings}, tmp_path)
    for _ in range(5):
        for address in (ADA, BOB):
            run(app, "people", *undo, address)
        done = at_once(lambda address: is_done(app, act, address), (ADA, BOB))
        assert sorted(done) == [False, True]
        assert {verdict(app, address).role for address in (ADA, BOB)} == {None, "owner"}


def is_done(app, act, address):
    """Do one act in a transaction of its own. Returns whether it was accepted."""
    with app.app_context():
        try:
            act(address, actor=Actor("another owner", NO_REQUEST))
        except errors.NotAllowed:
            return False
        db.session.commit()
        return True


def at_once(act, things):
    """Do one act to several things simultaneously, and return the results."""
    barrier = Barrier(len(things))
    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(lambda thing: (barrier.wait(), act(thing))[1], things))
