"""Removals while the removed people keep calling two servers: no call that begins after the removal succeeds."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.extensions import db
from shop.people import access_changes
from shop.people.models.role import Role
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests import results
from tests.concurrency import send_together
from tests.oauth_clients import post_json, register_client, tokens_by_api

pytestmark = [pytest.mark.both_databases, pytest.mark.prove]

REMOVALS = results.choose_repetitions(200, short=40)
AFTERWARDS = 0.03  # seconds of calls after the removal was committed


def calls_of(served, backend, held):
    """Return the calls of one person as bytes: userinfo, introspection and renewal."""
    host = f"Host: 127.0.0.1:{served.port}\r\nConnection: close"
    read = f"GET /api/users/me HTTP/1.1\r\n{host}\r\nAuthorization: Bearer {held['jwt']}\r\n\r\n"
    fields = f"token={held['jwt']}&client_id={backend.id}&client_secret={backend.secret}"
    kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(fields)}"
    asked = f"POST /oauth/introspect HTTP/1.1\r\n{host}\r\n{kind}\r\n\r\n{fields}"
    return read.encode(), asked.encode()


def knock(served, calls, until):
    """Call again and again, and finally once when it is certainly too late.

    Returns when each began, and if it got in.
    """
    seen, is_last = [], False
    while not is_last:
        is_last = bool(until) and time.monotonic() > until[0]
        for one in calls:
            began = time.monotonic()
            [answer] = send_together(served.url, [one])
            seen.append((began, answer.status == 200 and '"active":false' not in answer.text.replace(" ", "")))
    return seen


def remove(app, servers, backend, held, address):
    """Remove one person who keeps calling both servers. Returns when that was committed, and what was seen."""
    until: list[float] = []
    with ThreadPoolExecutor(len(servers)) as pool:
        knocking = [pool.submit(knock, served, calls_of(served, backend, held), until) for served in servers]
        time.sleep(0.02)
        with app.app_context():
            assert access_changes.remove_rule(address, actor=Actor("test", NO_REQUEST))
            db.session.commit()
        committed = time.monotonic()
        until.append(committed + AFTERWARDS)
    return committed, [one for future in knocking for one in future.result()]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_call_that_begins_after_a_removal_succeeds(app, serve, sink):
    people = [f"guest{number}@guests.example" for number in range(REMOVALS)]
    with app.app_context():
        for address in people:
            access_changes.set_rule(address, Role.STAFF, until=None, note="", actor=Actor("test", NO_REQUEST))
        db.session.commit()
    backend, held = register_client(app, who="staff"), {}
    for address in people:
        held[address] = tokens_by_api(app, sink, address)
    servers = [serve(PUBLIC_URL=app.config["PUBLIC_URL"]), serve(PUBLIC_URL=app.config["PUBLIC_URL"])]

    in_before, asked_after, in_after = 0, 0, 0
    for address in people:
        committed, seen = remove(app, servers, backend, held[address], address)
        in_before += sum(is_in for began, is_in in seen if began <= committed)
        asked_after += sum(began > committed for began, _ in seen)
        in_after += sum(is_in for began, is_in in seen if began > committed)
        renewed = post_json(app, "/api/auth/refresh", {"refreshToken": held[address]["refreshToken"]})
        in_after += renewed.status_code == 200

    figures = {"had_access_before": in_before, "asked_after": asked_after, "had_access_after": in_after}
    results.save_figures("removals in flight by the api", removals=REMOVALS, servers=len(servers), **figures)
    assert in_after == 0
    assert asked_after >= REMOVALS * len(servers)
    assert in_before > 0
