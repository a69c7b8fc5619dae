"""Hostile lists of addresses, invitations resent again and again, and the last owner's last day."""

from datetime import timedelta

import pytest

from tests.conftest import make_app
from tests.people.rule_helpers import allow, entries, run, verdict
from tests.sample_people import OWNER
from tests.sign_in_flow import deliver_emails, sign_in

GUEST = "guest@elsewhere.example"
ADA = "ada@shop.example"


def invite(client, **fields):
    data = {"addresses": GUEST, "role": "staff", "until": "", "note": "", **fields}
    return client.submit("/people/invitations", data, of="/people/invitations/new")


@pytest.mark.parametrize("opening", ["(", "[", '"', "<", "()", ",", "\\"])
def test_a_line_of_thousands_of_brackets_is_refused(app, client, sink, opening):
    sign_in(app, client, sink, OWNER)
    assert invite(client, addresses=f"{opening * 3000}<{GUEST}>").status_code == 303
    assert not verdict(app, GUEST).may_enter


def test_a_note_with_a_nul_is_refused(app, client, sink):
    sign_in(app, client, sink, OWNER)
    assert invite(client, note="a\0b").status_code == 422
    assert not verdict(app, GUEST).may_enter


def test_writing_again_and_again_sends_one_letter(app, client, sink):
    sign_in(app, client, sink, OWNER)
    invite(client)
    client.get("/people")
    row = client.page.find("a", string=GUEST)["href"]
    for _ in range(3):
        client.submit(f"{row}/invitation", of=row)

    deliver_emails(app)

    assert len(sink.letters_to(GUEST)) == 1
    assert not entries(app, "invited_again")


def test_the_last_owner_gets_no_last_day(environ, tmp_path):
    app = make_app({**environ, "OWNER_EMAIL": "", "ALLOWED_EMAILS": ""}, tmp_path)
    allow(app, ADA, "owner")

    assert "without an owner" in run(app, "people", "allow", ADA, "--role", "owner", "--until", "2099-01-01").stderr

    allow(app, "bob@shop.example", "owner", until=timedelta(days=2))
    assert "without an owner" in run(app, "people", "remove", ADA).stderr
