"""Every route × method × person has a declared outcome and meets it; a route without a row fails."""

import re
from datetime import date

import pytest
from sqlalchemy import update

from shop.extensions import db
from shop.people.directory import Directory
from shop.people.models.rule import Rule
from shop.sessions import queries
from tests.conftest import browser_of
from tests.house.outcomes import LAST, OUTCOMES, values_of
from tests.oauth_clients import register_client
from tests.sample_people import CUSTOMER, OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in, sign_in_through_client

REMOVED, BARRED, EXPIRED = "removed@guests.example", "barred@guests.example", "expired@guests.example"
TARGET = "target@guests.example"
STATIC = {"static"}


def run(app, *args):
    result = app.test_cli_runner().invoke(args=["people", *args])
    assert result.exit_code == 0, result.output


@pytest.fixture
def browsers(app, sink):
    """A browser for each kind of person; three of them have just lost their access."""
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
    found["customer"] = browser_of(app)
    sign_in_through_client(app, found["customer"], sink, CUSTOMER, register_client(app).id)
    target = browser_of(app)
    sign_in(app, target, sink, TARGET)
    run(app, "remove", REMOVED)
    run(app, "block", BARRED)
    with app.app_context():
        db.session.execute(update(Rule).where(Rule.subject == EXPIRED).values(until=date(2020, 1, 1)))
        db.session.commit()
    return found


def addresses(app):
    """Yield a path for each endpoint, with the target's objects in it, which belong to none of the people."""
    with app.app_context():
        slug = next(row.slug for row in Directory().rows() if row.subject == TARGET)
        number = queries.list_live_sessions(TARGET)[0][0].id
    values = {"slug": slug, "number": str(number), "token": "forged", "place": "0", **values_of(app)}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in STATIC:
            yield rule, re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule)


def turn(endpoint):
    """Return a route's position: sign-in routes change the form token, and some end what all others need."""
    if endpoint in LAST:
        return 1 + LAST.index(endpoint), endpoint
    return (0 if endpoint.startswith("signin.") else -1), endpoint


def expected(name, outcomes):
    codes, _, customer = outcomes.partition(" customer ")
    nobody, viewer, staff, owner, *ended = (int(one) for one in codes.split())
    of_others = 403 if nobody == 302 else viewer
    named = {"nobody": nobody, "viewer": viewer, "staff": staff, "owner": owner, "customer": int(customer or of_others)}
    return named.get(name, ended[0] if ended else nobody)


def otherwise_answered(app, browsers, methods):
    """Return each response that differs from its declaration, for every person, method and URL."""
    routes = sorted(addresses(app), key=lambda one: turn(one[0].endpoint))
    allowed = {(method, path) for rule, path in routes for method in rule.methods}
    tokens = {name: browser.token() for name, browser in browsers.items()}
    wrong = []
    for rule, path in routes:
        for method in methods:
            if method not in rule.methods and (method, path) in allowed:
                continue  # another route has it at the same URL, in its own position
            for name, browser in browsers.items():
                token = tokens[name] if turn(rule.endpoint)[0] < 0 else browser.token()
                answer = browser.open(path, method=method, data={"csrf_token": token})
                row = OUTCOMES.get(f"{method} {rule.endpoint}")
                want = expected(name, row) if row and method in rule.methods else 405
                if answer.status_code != want:
                    wrong.append((method, rule.endpoint, name, answer.status_code, want))
    return wrong


def test_every_route_has_a_declared_outcome(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in STATIC]
    assert {f"{method} {rule.endpoint}" for rule in rules for method in rule.methods & {"GET", "POST"}} == set(OUTCOMES)


def test_every_route_answers_everybody_as_declared(app, browsers):
    assert otherwise_answered(app, browsers, ("GET", "POST")) == []


@pytest.mark.slow
def test_no_route_takes_another_method_from_anybody(app, browsers):
    assert otherwise_answered(app, browsers, ("PUT", "PATCH", "DELETE")) == []


def test_another_ones_session_is_out_of_reach(app, browsers):
    with app.app_context():
        number = queries.list_live_sessions(TARGET)[0][0].id
    for name in ("viewer", "staff", "nobody", "removed"):
        assert browsers[name].submit(f"/sessions/{number}/end", of="/sign-in").status_code in (302, 404)
    with app.app_context():
        assert len(queries.list_live_sessions(TARGET)) == 1


def test_one_may_end_ones_own(app, browsers):
    with app.app_context():
        number = queries.list_live_sessions(STAFF)[0][0].id
    assert browsers["staff"].submit(f"/sessions/{number}/end", of="/sign-in").status_code == 303
    assert browsers["staff"].get("/").status_code == 302
