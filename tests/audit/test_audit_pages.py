"""The log for owners: filters, pages, export, verification.

For everyone: their own history. And no act without its entry.
"""

import csv
import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select, update

from shop.audit.entries import record
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.outbox.models.email import Email
from shop.people.models.block import Block
from shop.people.models.invitation import Invitation
from shop.people.models.rule import Rule
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.conftest import browser_of
from tests.people.rule_helpers import allow, block, details, form_values
from tests.people.test_people_pages import invite
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

GUEST = "guest@elsewhere.example"


@pytest.fixture
def owner(app, client, sink):
    sign_in(app, client, sink, OWNER)
    return client


@pytest.fixture
def staff(app, other, sink):
    sign_in(app, other, sink, STAFF)
    return other


def lines(browser, path="/audit"):
    assert browser.get(path).status_code == 200
    body = browser.page.tbody
    return [line.get_text(" ", strip=True) for line in body.find_all("tr")] if body else []


def exported(browser, **filters):
    answer = browser.submit("/audit/export", filters, of="/audit")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True), newline="")))


def fill(app, count, **values):
    with app.app_context():
        for number in range(count):
            record("blocked", actor=Actor("test", NO_REQUEST), **{"address": f"{number:03}@many.example", **values})
        db.session.commit()


# Reading


def test_a_filter_by_person_finds_what_they_did_and_what_was_done_to_them(app, owner, staff):
    block(app, VIEWER)

    found = lines(owner, f"/audit?person={STAFF}")
    assert found
    assert all(STAFF in line for line in found)
    assert len(lines(owner, f"/audit?person={VIEWER.upper()}")) == 1


def test_a_filter_by_person_finds_what_they_did_to_others(owner):
    invite(owner, GUEST)

    assert any(GUEST in line for line in lines(owner, f"/audit?person={OWNER}&event=invited"))


def test_a_filter_by_event(app, owner, staff):
    assert len(lines(owner, "/audit?event=signed_in")) == 2
    assert lines(owner, "/audit?event=blocked") == []
    assert len(lines(owner, f"/audit?event=signed_in&person={STAFF}")) == 1


def test_a_filter_by_day(app, owner, clock):
    today = datetime.now(UTC).date().isoformat()
    fill(app, 1)

    count = len(lines(owner))
    assert len(lines(owner, f"/audit?day={today}")) == count
    assert lines(owner, "/audit?day=2020-01-01") == []

    clock(days=1)
    fill(app, 1)
    clock()
    assert len(lines(owner, f"/audit?day={today}")) == count


@pytest.mark.parametrize(("day", "is_read"), [("0001-12-31", False), ("0002-01-01", True), ("9999-01-01", False)])
def test_a_day_with_no_day_beside_it_is_not_read(owner, day, is_read):
    owner.get(f"/audit?day={day}")

    assert ("Enter a date such as 2026-03-29." in owner.page.get_text()) is not is_read


@pytest.mark.parametrize("query", ["before=x", "event=&day=&person="])
def test_a_filter_that_says_nothing_filters_nothing(owner, query):
    assert len(lines(owner, f"/audit?{query}")) == len(lines(owner))


@pytest.mark.parametrize("query", ["before=0", "before=-1", "before=99999999999999999999", "person=%00", "person='--"])
def test_a_hostile_filter_is_no_fault(owner, query):
    assert owner.get(f"/audit?{query}").status_code in (200, 400)


def test_pages_follow_each_other_without_gap_and_keep_the_filter(app, owner):
    fill(app, 120)

    seen, path = [], "/audit?event=blocked"
    while path:
        seen += lines(owner, path)
        later = owner.page.find("a", rel="next")
        path = later["href"] if later else None
    assert len(seen) == 120
    assert sorted(f"{n:03}@many" for n in range(120)) == sorted(line[line.index("@many") - 3 :][:8] for line in seen)


@pytest.mark.parametrize("address", [STAFF, VIEWER])
def test_others_are_refused(app, client, sink, address):
    sign_in(app, client, sink, address)

    assert client.get("/audit").status_code == 403
    assert client.submit("/audit/check", of="/").status_code == 403
    assert client.submit("/audit/export", of="/").status_code == 403
    assert details(app, "exported") == []


# One's own


def test_everybody_sees_their_own_history_and_no_others(owner, staff):
    found = lines(staff, "/audit/mine")

    assert any("Signed in" in line for line in found)
    assert OWNER not in staff.page.get_text()
    assert STAFF not in " ".join(lines(owner, "/audit/mine"))


def test_what_is_decided_about_somebody_is_not_in_their_own_history(app, staff):
    before = lines(staff, "/audit/mine")
    allow(app, STAFF, "viewer")
    assert len(details(app, "rule_added")) == 1

    assert lines(staff, "/audit/mine") == before


def test_the_tabs_of_sessions_stand_on_ones_own_history_too(owner, staff):
    tabs = {}
    for name, browser in (("owner", owner), ("staff", staff)):
        for path in ("/sessions", "/audit/mine"):
            browser.get(path)
            tabs[name, path] = [one.get_text(strip=True) for one in browser.page.select(".tabs a")]

    assert tabs["owner", "/audit/mine"] == tabs["owner", "/sessions"] == ["Yours", "Everyone's", "Your sign-in history"]
    assert tabs["staff", "/audit/mine"] == tabs["staff", "/sessions"] == ["Yours", "Your sign-in history"]


def test_an_address_in_the_query_changes_nothing(owner, staff):
    assert lines(staff, f"/audit/mine?person={OWNER}") == lines(staff, "/audit/mine")


# Export


def test_the_export_is_whole_and_recorded(app, owner, staff):
    rows = exported(owner)
    with app.app_context():
        count = db.session.scalar(select(func.count(Entry.id)))

    assert rows[0][:3] == ["number", "at (UTC)", "event"]
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, count)]
    assert details(app, "exported") == [{"what": "audit log", "rows": count - 1}]


def test_the_export_holds_what_the_filter_shows(owner, staff):
    rows = exported(owner, event="signed_in", person=STAFF)
    assert [(row[2], row[4]) for row in rows[1:]] == [("signed_in", STAFF)]


def test_the_export_of_a_person_holds_what_they_did_to_others(owner):
    invite(owner, GUEST)

    rows = exported(owner, event="invited", person=OWNER)

    assert [(row[3], row[4]) for row in rows[1:]] == [(OWNER, GUEST)]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(app, owner, formula):
    with app.app_context():
        record("blocked", actor=Actor(formula, NO_REQUEST), address=formula)
        db.session.commit()
    [_, row] = exported(owner, event="blocked")
    assert (row[3], row[4]) == (f"'{formula}", f"'{formula}")


def test_an_export_of_what_cannot_be_read_is_refused_and_not_recorded(app, owner):
    answer = owner.submit("/audit/export", {"day": "some day"}, of="/audit")

    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "Enter a date such as 2026-03-29." in owner.page.get_text()
    assert details(app, "exported") == []


# Check


def test_the_button_says_that_it_is_whole(owner):
    assert owner.submit("/audit/check", of="/audit").status_code == 303
    assert "is intact" in " ".join([*lines(owner), owner.page.get_text()])


def test_the_button_names_the_entry_that_was_touched(app, owner):
    with app.app_context():
        db.session.execute(update(Entry).where(Entry.id == 2).values(by="forged"))
        db.session.commit()
    answer = owner.submit("/audit/check", of="/audit")

    assert "has been tampered with" in answer.text
    assert "Entry 2 was changed" in answer.text
    assert "Accept" not in answer.text


# No act without its entry


@pytest.fixture
def torn(app, owner, staff):
    """The end of the chain is missing: no entry can be written. Returns the staff member's row."""
    allow(app, GUEST, "viewer")
    owner.get("/people")
    rows = {name: owner.page.find("a", string=name)["href"] for name in (STAFF, GUEST)}
    with app.app_context():
        db.session.execute(delete(Email))
        db.session.execute(delete(ChainHead))
        db.session.commit()
    return rows


def state(app):
    with app.app_context():
        rules = sorted((rule.subject, rule.role) for rule in Rule.query)
        return rules, Block.query.count(), Invitation.query.count(), Email.query.count(), Entry.query.count()


def acts(owner, staff, rows):
    """Yield each privileged act, through its page."""
    yield lambda: invite(owner, "new@elsewhere.example")
    yield lambda: owner.submit(f"{rows[GUEST]}/removal", of=rows[GUEST])
    yield lambda: owner.submit(f"{rows[STAFF]}/block", of=rows[STAFF])
    yield lambda: owner.get(rows[GUEST]) and owner.post(rows[GUEST], data=form_values(owner, role="owner"))
    yield lambda: owner.submit("/sessions/2/end", of="/sessions")
    yield lambda: owner.submit("/audit/export", of="/audit")


@pytest.mark.parametrize("number", range(6), ids=["invite", "remove", "block", "change", "end session", "export"])
def test_an_act_whose_entry_cannot_be_written_does_not_happen(app, owner, staff, torn, number):
    before = state(app)

    assert list(acts(owner, staff, torn))[number]().status_code == 503
    assert state(app) == before
    assert staff.get("/").status_code == 200


def test_nobody_signs_in_without_an_entry(app, torn):
    browser = browser_of(app)
    assert browser.submit("/sign-in", {"email": STAFF}).status_code == 503
    assert state(app)[3] == 0
