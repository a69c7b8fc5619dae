"""Removals while the removed people keep requesting pages of two servers: no later request succeeds."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.extensions import db
from shop.people import access_changes
from shop.people.models.role import Role
from shop.tokens import digest
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests import results
from tests.concurrency import WireBrowser
from tests.sample_people import OWNER

pytestmark = [pytest.mark.both_databases, pytest.mark.prove]

REMOVALS = results.choose_repetitions(200, short=40)
KNOCKERS = 2  # per guest, one for each server
AFTERWARDS = 0.015  # seconds of requests after the removal was answered
COMERS = 8  # guests who sign in simultaneously


def way_in(url, sink, address):
    """Sign in over the wire, by the code: the email's link leads to whichever server sent it."""
    caller = WireBrowser(url)
    caller.ask(address)
    caller.get("/sign-in/code")
    assert caller.post("/sign-in/code", code=sink.wait_for(address).code).status == 303
    return caller


def knock(url, cookies, until):
    """Request the home page repeatedly, and finally once when it is certainly too late.

    Returns when each request began and ended, and its status.
    """
    caller, seen, is_last = WireBrowser(url, dict(cookies)), [], False
    while not is_last:
        is_last = bool(until) and time.monotonic() > until[0]
        began = time.monotonic()
        status = caller.get("/").status
        seen.append((began, time.monotonic(), status))
    return seen


def remove(owner, servers, guest, address):
    """Remove one guest during their requests. Returns when that was sent and answered, and the guest's responses."""
    until: list[float] = []
    with ThreadPoolExecutor(KNOCKERS) as pool:
        urls = [servers[number % 2].url for number in range(KNOCKERS)]
        knocking = [pool.submit(knock, url, guest.cookies, until) for url in urls]
        time.sleep(0.01)
        sent = time.monotonic()
        assert owner.post(f"/people/{digest(address)[:16]}/removal").status == 303
        answered = time.monotonic()
        until.append(answered + AFTERWARDS)
    return sent, answered, [one for future in knocking for one in future.result()]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_request_that_begins_after_a_removal_succeeds(app, serve, sink):
    guests = [f"guest{number}@guests.example" for number in range(REMOVALS)]
    with app.app_context():
        for address in guests:
            access_changes.set_rule(address, Role.STAFF, until=None, note="", actor=Actor("test", NO_REQUEST))
        db.session.commit()
    servers = [serve(), serve()]
    owner = way_in(servers[0].url, sink, OWNER)
    owner.get("/people")

    with ThreadPoolExecutor(COMERS) as pool:
        callers = list(pool.map(lambda address: way_in(servers[1].url, sink, address), guests))
    in_before, in_flight, asked_after, in_after = 0, 0, 0, 0
    for guest, address in zip(callers, guests, strict=True):
        sent, answered, seen = remove(owner, servers, guest, address)
        in_before += sum(status == 200 for began, _, status in seen if began <= answered)
        in_flight += sum(began < answered and ended > sent for began, ended, _ in seen)
        asked_after += sum(began > answered for began, _, _ in seen)
        in_after += sum(status == 200 for began, _, status in seen if began > answered)
    figures = {"let_in_before": in_before, "in_flight": in_flight, "asked_after": asked_after, "let_in_after": in_after}
    results.save_figures("removals_in_flight", removals=REMOVALS, servers=len(servers), **figures)
    assert in_after == 0
    assert asked_after >= REMOVALS * KNOCKERS
    assert min(in_before, in_flight) > 0  # how many depends on the machine
