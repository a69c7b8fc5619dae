"""No call reveals who has access: bytes, headers and writes are the same for every address."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from shop import clock as shop_clock
from shop.extensions import db
from shop.people.access_changes import block_address, set_rule
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.people.pauses import pause_sign_in
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.conftest import make_app
from tests.oauth_clients import post_json, register_client
from tests.sample_people import BLOCKED, STAFF, STRANGER
from tests.sign_in_flow import deliver_emails

GUEST, PAUSED = "guest@shop.example", "paused@shop.example"
EVERYBODY = (STAFF, STRANGER, BLOCKED, GUEST, PAUSED, "a#$&'+?/=^_`{|}~-@x.example")
WRONG = "ABC-DE2"
WRITE = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) (\w+)", re.I)


@pytest.fixture
def statements():
    """Every statement, by its kind and table."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(WRITE.match(statement).groups() if WRITE.match(statement) else statement.split()[0])

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def shop(environ, tmp_path):
    """The app with one person of each kind."""
    app = make_app({**environ, "ALLOWED_EMAILS": f"{environ['ALLOWED_EMAILS']}, {PAUSED}"}, tmp_path)
    with app.app_context():
        block_address(BLOCKED, actor=Actor("test", NO_REQUEST))
        pause_sign_in(PAUSED, actor=Actor("test", NO_REQUEST))
        set_rule(GUEST, Role.STAFF, until=None, note="", actor=Actor("test", NO_REQUEST))
        db.session.execute(db.update(Rule).values(until=(shop_clock.now() - timedelta(days=1)).date()))
        db.session.commit()
    return app


def told(answer, statements):
    """Return everything observable about a response, and the statements that it took."""
    text = re.sub(r'"handle":"[\w-]{43}"', '"handle":"…"', answer.text)
    headers = [(name, value) for name, value in answer.headers if name != "Retry-After"]
    made = list(statements)
    statements.clear()
    return answer.status_code, headers, text, made


def walk(app, address, client, statements, clock):
    """Ask, then try wrong codes with and without the handle, until no attempt and no email is left."""
    clock(seconds=0)
    named = {"client_id": client.id, "client_secret": client.secret} if client else {}
    statements.clear()
    handles, seen = [], []

    def ask():
        answer = post_json(app, "/api/auth/passwordless", {"identifier": address, **named})
        handles.append((answer.json or {}).get("handle"))
        seen.append(told(answer, statements))

    def try_code(handle):
        body = {"identifier": address, "password": WRONG, **named, **({"handle": handle} if handle else {})}
        seen.append(told(post_json(app, "/api/auth/local", body), statements))

    ask()
    try_code(None)
    try_code(handles[0])
    deliver_emails(app)
    statements.clear()
    for _ in range(4):
        try_code(handles[0])
    for _ in range(5):
        ask()
    try_code(None)
    clock(minutes=30)
    try_code(None)
    try_code(handles[1])
    return seen


@pytest.mark.parametrize("kind", ["the admin", "a storefront", "the allowlist"])
def test_everybody_is_told_the_same_with_the_same_work(shop, statements, clock, kind):
    client = (
        None
        if kind == "the admin"
        else register_client(shop, who="everybody" if kind == "a storefront" else "allowlist")
    )
    first, *others = EVERYBODY

    expected = walk(shop, first, client, statements, clock)
    statuses = [step[0] for step in expected]
    assert statuses == [200, *[400] * 6, *[200] * 4, 429, *[400] * 3]
    assert [made for made in expected[0][3] if made != "SELECT"][-1][0].upper() == "INSERT INTO"

    for address in others:
        for step, (seen, wanted) in enumerate(
            zip(walk(shop, address, client, statements, clock), expected, strict=True)
        ):
            assert seen == wanted, (address, step)


def test_somebody_who_was_just_removed_looks_like_anybody(shop, statements, clock):
    """From the moment of the removal until the code expires."""
    asked = {
        address: post_json(shop, "/api/auth/passwordless", {"identifier": address}).json
        for address in (STAFF, STRANGER)
    }
    deliver_emails(shop)
    with shop.app_context():
        block_address(STAFF, actor=Actor("test", NO_REQUEST))
        db.session.commit()

    for minutes in (1, 9, 12):
        clock(minutes=minutes)
        statements.clear()
        seen = []
        for address, answer in asked.items():
            body = {"identifier": address, "password": WRONG, "handle": answer["handle"]}
            seen.append(told(post_json(shop, "/api/auth/local", body), statements))
        assert seen[0] == seen[1], minutes
