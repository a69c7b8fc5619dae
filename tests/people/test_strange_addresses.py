"""Addresses that a later parser reads differently, and patterns: no form, call, command or setting accepts one."""

import pytest
from sqlalchemy import func, select

from shop.extensions import db
from shop.outbox.models.email import Email
from shop.people.models.block import Block
from shop.people.models.rule import Rule
from tests.conftest import make_app
from tests.oauth_clients import post_json
from tests.people.rule_helpers import run
from tests.sample_people import OWNER
from tests.sign_in_flow import deliver_emails, request_link, sign_in

STRANGE = [
    "=?utf-8?q?attacker=40evil.test?=@shop.example",
    "=?utf-8?b?YXR0YWNrZXJAZXZpbC50ZXN0?=@shop.example",
    "=?x@shop.example",
    "x=?@shop.example",
    "*@shop.example",
    "s*@shop.example",
    "-oQ/tmp@shop.example",
    "|mail@shop.example",
    "/var/mail/x@shop.example",
    "=1+1@shop.example",
]
PATTERNS = {
    "*@shop.example": "enter @shop.example.",
    " *@Shop.Example ": "enter @shop.example.",
    "@*.shop.example": "Patterns aren't supported.",
    "*": "Patterns aren't supported.",
    "staff*@shop.example": "Patterns aren't supported.",
}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def kept(app):
    """Return the numbers of emails, rules and blocks."""
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(one)) for one in (Email, Rule, Block)]


@pytest.mark.parametrize("typed", STRANGE)
def test_no_letter_goes_there_although_the_domain_may_enter(environ, tmp_path, sink, client, typed):
    app = make_app({**environ, "ALLOWED_EMAILS": "@shop.example"}, tmp_path)
    browser = app.test_client()

    asked = request_link(browser, typed), post_json(app, "/api/auth/passwordless", {"identifier": typed})

    assert [answer.status_code for answer in asked] == [422, 400]
    deliver_emails(app)
    assert (kept(app), sink.received) == ([0, 0, 0], [])


@pytest.mark.parametrize("typed", STRANGE)
def test_no_command_takes_one(app, typed):
    for words in (["allow", "--role", "staff"], ["remove"], ["block"], ["unblock"], ["why"], ["link"]):
        done = run(app, "people", *words, "--", typed)
        assert done.exit_code in (1, 2), words
        assert "Traceback" not in done.stderr
    assert run(app, "doctor", "--send-to", typed).exit_code != 0
    assert kept(app) == [0, 0, 0]


def test_no_page_about_people_takes_one(app, client, sink):
    sign_in(app, client, sink, OWNER)
    before = kept(app)
    for typed in STRANGE:
        client.get("/people", query_string={"why": typed})
        assert "Enter one plain address" in client.page.main.get_text()
        client.submit("/people/blocks", {"address": typed}, of="/people")
    invited = {"addresses": "\n".join(STRANGE), "role": "staff", "until": "", "note": ""}

    answer = client.submit("/people/invitations", invited, of="/people/invitations/new")

    assert answer.status_code == 303
    assert kept(app) == before


@pytest.mark.parametrize("typed", PATTERNS)
def test_a_pattern_is_answered_with_what_to_write(app, client, sink, typed):
    said = run(app, "people", "allow", typed, "--role", "staff").stderr
    assert PATTERNS[typed] in " ".join(said.split())

    sign_in(app, client, sink, OWNER)
    client.submit("/people/invitations/preview", {"addresses": typed, "role": "staff"}, of="/people/invitations/new")

    assert PATTERNS[typed] in client.page.main.get_text()
    assert kept(app)[1] == 0


def test_a_setting_may_name_an_address_with_an_equals_sign(environ, tmp_path):
    app = make_app({**environ, "ALLOWED_EMAILS": "a=b@shop.example, c=d@shop.example=viewer"}, tmp_path)

    assert app.config["ALLOWED"] == {"a=b@shop.example": "staff", "c=d@shop.example": "viewer"}
