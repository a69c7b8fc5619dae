"""Two owners, one rule: no one silently overwrites what the other has just decided."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.people.models.rule import Rule
from tests.people.rule_helpers import allow, entries, form_values
from tests.people.test_one_revocation import row_of
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases

GUEST = "guest@elsewhere.example"


def rule_of(app, subject):
    with app.app_context():
        rule = db.session.scalars(select(Rule).where(Rule.subject == subject)).one()
        return rule.role, str(rule.until), rule.note


def test_a_last_day_that_neither_set_stays_unset_where_the_note_is_asked_about(app, client, sink):
    allow(app, GUEST, "staff")
    sign_in(app, client, sink, OWNER)
    path = row_of(client, GUEST)
    client.get(path)
    mine, theirs = form_values(client, note="mine"), form_values(client, note="theirs")

    assert client.post(path, data=theirs).status_code == 303
    assert client.post(path, data=mine).status_code == 409
    assert form_values(client)["until"] == ""
    assert rule_of(app, GUEST) == ("staff", "None", "theirs")


def test_what_two_owners_change_in_one_rule_merges_or_is_asked_about(app, client, sink):
    allow(app, GUEST, "staff")
    sign_in(app, client, sink, OWNER)
    path = row_of(client, GUEST)
    client.get(path)
    mine, theirs = (
        form_values(client, role="viewer", note="mine"),
        form_values(client, until="2999-01-31", note="theirs"),
    )

    assert client.post(path, data=theirs).status_code == 303
    assert client.post(path, data=mine).status_code == 409
    assert rule_of(app, GUEST) == ("staff", "2999-01-31", "theirs")
    conflict = client.page.select_one(".conflict").get_text(" ", strip=True)
    assert "Note Yours mine Theirs theirs Before None" in conflict
    assert "Role" not in conflict
    assert len(entries(app, "rule_changed")) == 1
    again = form_values(client)
    assert (again["role"], again["until"], again["note"]) == ("viewer", "2999-01-31", "mine")

    assert client.post(path, data=again | {"keep-note": "theirs"}).status_code == 303
    assert rule_of(app, GUEST) == ("viewer", "2999-01-31", "theirs")

    client.get(path)
    other = form_values(client, until="", note="third", endless="y")
    assert client.post(path, data=form_values(client, role="staff")).status_code == 303
    assert client.post(path, data=other).status_code == 303
    assert rule_of(app, GUEST) == ("staff", "None", "third")


def test_a_last_day_goes_only_where_that_is_said(app, client, sink):
    """A browser sends nothing for a partly typed date, as after Delete and Enter in it."""
    allow(app, GUEST, "staff", until=timedelta(days=30))
    sign_in(app, client, sink, OWNER)
    path = row_of(client, GUEST)
    before = rule_of(app, GUEST)

    client.get(path)
    assert client.post(path, data=form_values(client, until="2027-02-31", note="longer")).status_code == 422
    for _ in range(2):  # the browser shows no such date, and sends none by Enter
        assert client.post(path, data=form_values(client, until="")).status_code == 422
    assert "select “Never expires”" in client.page.get_text()
    assert rule_of(app, GUEST) == before

    assert client.post(path, data=form_values(client, until="", endless="y")).status_code == 303
    assert rule_of(app, GUEST)[1] == "None"
