"""A pasted list: the effect of each line is previewed, and then all of it is done or nothing."""

import pytest

from shop.people import invitations
from shop.people.invitations import RuleTerms
from shop.people.models.invitation import Invitation
from shop.people.models.role import Role
from shop.web.actor import COMMAND_LINE
from tests.conftest import browser_of, make_app
from tests.people.rule_helpers import allow, block, entries, verdict
from tests.people.test_people_pages import invite
from tests.sample_people import BLOCKED, OWNER, STAFF
from tests.sign_in_flow import sign_in

GUEST = "guest@elsewhere.example"
ADA = "ada@shop.example"


@pytest.fixture
def owner(app, client, sink):
    sign_in(app, client, sink, OWNER)
    return client


def preview(browser, addresses, **more):
    """Return effect and explanation of each line, as the page shows them."""
    return [line[1:] for line in shown(browser, addresses, **more)]


def shown(browser, addresses, **more):
    """Return input, effect and explanation of each line, as the page shows them."""
    data = {"addresses": addresses, "role": "staff", "until": "", "note": "", **more}
    assert browser.submit("/people/invitations/preview", data, of="/people/invitations/new").status_code == 200
    cells = [line.find_all("td") for line in browser.page.tbody.find_all("tr")]
    return [tuple(cell.get_text(strip=True) for cell in line) for line in cells]


def test_each_line_stands_beside_what_it_does(app, owner):
    block(app, BLOCKED)
    typed = [f"Guest <{GUEST}>", BLOCKED, "no address", "@agency.example", "x" * 200]

    names = [line[0] for line in shown(owner, "\n".join(typed))]

    assert names == [GUEST, BLOCKED, "no address", "@agency.example", "x" * 100]


def test_somebody_new_would_be_added(owner):
    assert preview(owner, f"Guest <{GUEST}>") == [("Add", "Will have staff access.")]


def test_a_last_day_is_said_beforehand(owner):
    assert preview(owner, GUEST, until="2027-04-30") == [("Add", "Will have staff access until 30 Apr 2027.")]


def test_who_stands_there_twice_counts_once(owner):
    assert preview(owner, f"{GUEST}\n{GUEST.upper()}")[1] == ("Skipped", "Duplicate line.")


def test_who_is_blocked_must_be_unblocked_first(app, owner):
    block(app, BLOCKED)
    [(effect, meaning)] = preview(owner, BLOCKED)
    assert (effect, meaning) == ("Skipped", "Blocked from the command line. Unblock this address first.")


def test_an_owner_by_setting_is_not_changed(owner):
    assert preview(owner, OWNER) == [("Skipped", "Already set as an owner by OWNER_EMAIL.")]


def test_a_rule_that_is_there_stays_or_becomes_another(app, owner):
    allow(app, GUEST, "viewer")
    assert preview(owner, GUEST, role="viewer") == [("No change", "Already on the list.")]

    until = "2999-01-31"
    assert preview(owner, GUEST, until=until) == [("Update", "Changes from viewer to staff until 31 Jan 2999.")]


@pytest.mark.parametrize("line", [f"{STAFF} <{GUEST}>", f"<x <{GUEST}>", f"a, b <{GUEST}>"])
def test_a_name_that_could_be_read_as_an_address_is_refused(owner, line):
    assert preview(owner, line) == [("Skipped", "Write it like this: Name <name@example.com>")]


def test_what_is_beyond_a_hundred_lines_is_refused(owner):
    lines = preview(owner, "\n".join(f"person{number}@many.example" for number in range(102)))
    assert len(lines) == 101
    assert lines[-1] == ("Skipped", "You can add up to 100 addresses at once.")


@pytest.mark.parametrize("path", ["/people/invitations", "/people/invitations/preview"])
def test_terms_that_cannot_be_met_let_nobody_in(app, owner, path):
    data = {"addresses": GUEST, "role": "staff", "until": "2020-01-31", "note": ""}

    assert owner.submit(path, data, of="/people/invitations/new").status_code == 422
    assert "This date is in the past." in owner.page.get_text()
    assert not verdict(app, GUEST).may_enter


def test_a_whole_domain_is_let_in_without_a_letter(app, owner):
    assert invite(owner, "@agency.example").status_code == 303
    assert verdict(app, "anybody@agency.example").role == "staff"
    assert entries(app, "invited") == []


def test_what_was_done_is_counted_by_kind(app, owner):
    allow(app, ADA, "viewer")

    assert invite(owner, f"{GUEST}\n@agency.example\n{ADA}").status_code == 303
    told = owner.get("/people").text
    assert "1 person added. 1 domain added. 1 rule updated." in told

    assert invite(owner, GUEST).status_code == 303
    assert "Everyone you entered is already on the list." in owner.get("/people").text


def test_a_note_alone_is_a_change(app, owner):
    allow(app, GUEST, "staff")
    assert preview(owner, GUEST, note="trainee") == [("Update", "The note will be updated.")]


def test_where_one_line_is_refused_nobody_is_let_in(environ, tmp_path, sink):
    app = make_app({**environ, "OWNER_EMAIL": "", "ALLOWED_EMAILS": f"{ADA}=owner"}, tmp_path)
    browser = browser_of(app)
    sign_in(app, browser, sink, ADA)

    assert invite(browser, f"{GUEST}\n{ADA}").status_code == 422
    assert "This would leave the store without an owner" in browser.page.get_text()
    assert not verdict(app, GUEST).may_enter
    assert verdict(app, ADA).role == "owner"


def test_who_is_blocked_meanwhile_gets_a_rule_and_no_letter(app):
    block(app, GUEST)
    with app.app_context():
        assert invitations.invite_address(GUEST, RuleTerms(Role.STAFF, None, ""), actor=COMMAND_LINE) is None
        assert Invitation.query.count() == 0
