"""Every route × method × person has a declared outcome and gives it; a route without a row fails."""

import re
from datetime import date

import pytest
from sqlalchemy import update

from shop.extensions import db
from shop.people.allowlist import Rule
from shop.people.directory import Directory
from shop.sessions import registry
from tests.cast import OWNER, STAFF, VIEWER
from tests.conftest import browser_of
from tests.front_door import sign_in

REMOVED, BARRED, EXPIRED = "removed@guests.example", "barred@guests.example", "expired@guests.example"
TARGET = "target@guests.example"
# What nobody, a viewer, a staff member and an owner get. Who was removed, blocked or ran out gets what nobody gets; a
# fifth number says otherwise: their browsers still hold the cookie of a request that was used.
OPEN, IN, OWNERS = "200 200 200 200", "302 200 200 200", "302 403 403 200"
DONE, OWNERS_DONE = "302 303 303 303", "302 403 403 303"
OUTCOMES = {
    "GET dashboard.home": IN,
    "GET operations.health": OPEN,
    "GET outbox.list_letters": OWNERS,
    "GET audit.list_entries": OWNERS,
    "GET audit.list_own": IN,
    "POST audit.check": OWNERS_DONE,
    "POST audit.export": OWNERS,
    "GET people.list_people": OWNERS,
    "GET people.write_invitations": OWNERS,
    "POST people.preview_invitations": "302 403 403 422",
    "POST people.invite": "302 403 403 422",
    "GET people.show_person": OWNERS,
    "POST people.change_rule": "302 403 403 422",
    "POST people.block": OWNERS_DONE,
    "POST people.unblock": OWNERS_DONE,
    "POST people.lift_pause": OWNERS_DONE,
    "POST people.invite_again": "302 403 403 404",
    "POST people.remove": OWNERS_DONE,
    "GET sessions.list_sessions": IN,
    "POST sessions.end_session": "302 404 404 303",
    "POST sessions.end_others": DONE,
    "GET safeguards.open_report": "303 303 303 303",
    "GET safeguards.show_report": "404 404 404 404",
    "POST safeguards.not_me": "404 404 404 404",
    "GET safeguards.open_invitation": "303 303 303 303",
    "GET safeguards.show_invitation": "410 410 410 410",
    "POST safeguards.confirm": "302 404 404 404",
    "GET signin.request_link": OPEN,
    "POST signin.send_link": "422 422 422 422",
    "GET signin.show_code": "303 410 410 410 410",
    "POST signin.enter_code": "410 410 410 410",
    "POST signin.send_again": "303 303 303 303",
    "GET signin.open_link": "303 303 303 303",
    "GET signin.show_link": "404 404 404 404",
    "POST signin.press_link": "404 404 404 404",
    "POST signin.collect": "303 303 303 303",
    "POST signin.sign_out": DONE,
}
STATIC = {"static", "bootstrap.static"}
LAST = ("people.remove", "sessions.end_session", "signin.send_again", "signin.sign_out")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def run(app, *args):
    result = app.test_cli_runner().invoke(args=["people", *args])
    assert result.exit_code == 0, result.output


@pytest.fixture
def browsers(app, sink):
    """A browser for each kind of person; three of them have just lost what let them in."""
    for address in (REMOVED, BARRED, EXPIRED, TARGET):
        run(app, "allow", address, "--role", "owner")
    found = {"nobody": browser_of(app)}
    people = {
        "viewer": VIEWER,
        "staff": STAFF,
        "owner": OWNER,
        "removed": REMOVED,
        "blocked": BARRED,
        "expired": EXPIRED,
    }
    for name, address in people.items():
        found[name] = browser_of(app)
        sign_in(app, found[name], sink, address)
    target = browser_of(app)
    sign_in(app, target, sink, TARGET)
    run(app, "remove", REMOVED)
    run(app, "block", BARRED)
    with app.app_context():
        db.session.execute(update(Rule).where(Rule.subject == EXPIRED).values(until=date(2020, 1, 1)))
        db.session.commit()
    return found


def addresses(app):
    """Give a path for each endpoint, with the target's objects in it: another's, for everybody who asks."""
    with app.app_context():
        slug = next(row.slug for row in Directory().rows() if row.subject == TARGET)
        number = registry.live_sessions(TARGET)[0][0].id
    values = {"slug": slug, "number": str(number), "token": "forged", "place": "0"}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in STATIC:
            yield rule, re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: values[found[1]], rule.rule)


def expected(name, outcomes):
    nobody, viewer, staff, owner, *ended = (int(one) for one in outcomes.split())
    named = {"nobody": nobody, "viewer": viewer, "staff": staff, "owner": owner}
    return named.get(name, ended[0] if ended else nobody)


def test_every_route_answers_everybody_as_declared(app, browsers):
    routes = sorted(addresses(app), key=lambda one: (one[0].endpoint in LAST, one[0].endpoint))
    allowed = {(method, path) for rule, path in routes for method in rule.methods}
    declared = {f"{method} {rule.endpoint}" for rule, _ in routes for method in rule.methods & {"GET", "POST"}}
    assert declared == set(OUTCOMES)
    wrong = []
    tokens = {name: browser.token() for name, browser in browsers.items()}
    for rule, path in routes:
        for method in METHODS:
            for name, browser in browsers.items():
                renewed = rule.endpoint in LAST or rule.endpoint.startswith("signin.")  # these change the form token
                token = browser.token() if renewed else tokens[name]
                answer = browser.open(path, method=method, data={"csrf_token": token})
                row = OUTCOMES.get(f"{method} {rule.endpoint}")
                want = expected(name, row) if row and method in rule.methods else 405
                if (method, path) in allowed and method not in rule.methods:
                    continue
                if answer.status_code != want:
                    wrong.append((method, rule.endpoint, name, answer.status_code, want))
    assert wrong == []


def test_another_ones_session_is_out_of_reach(app, browsers):
    with app.app_context():
        number = registry.live_sessions(TARGET)[0][0].id
    for name in ("viewer", "staff", "nobody", "removed"):
        assert browsers[name].submit(f"/sessions/{number}/end", of="/sign-in").status_code in (302, 404)
    with app.app_context():
        assert len(registry.live_sessions(TARGET)) == 1


def test_one_may_end_ones_own(app, browsers):
    with app.app_context():
        number = registry.live_sessions(STAFF)[0][0].id
    assert browsers["staff"].submit(f"/sessions/{number}/end", of="/sign-in").status_code == 303
    assert browsers["staff"].get("/").status_code == 302
