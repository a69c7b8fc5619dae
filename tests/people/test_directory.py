"""The list of people: everyone in their one state, with the role and its reason."""

from datetime import timedelta

import pytest

from tests.conftest import browser_of, make_app
from tests.people.rule_helpers import allow, block, form_values, run, verdict
from tests.sample_people import BLOCKED, OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

GUEST = "guest@elsewhere.example"
GONE = "gone@elsewhere.example"
STATES = {
    "active": {OWNER},
    "invited": {STAFF, VIEWER},
    "expired": {GUEST},
    "blocked": {BLOCKED},
    "domain": {"@agency.example", "@many.example"},
    "former": {GONE},
}


@pytest.fixture
def app(environ, tmp_path):
    """A shop with a person in each state."""
    allowed = f"{environ['ALLOWED_EMAILS']}, @many.example=viewer"
    return make_app({**environ, "ALLOWED_EMAILS": allowed}, tmp_path)


@pytest.fixture
def owner(app, sink, clock):
    allow(app, "@agency.example", "staff")
    allow(app, GUEST, "viewer", until=timedelta())
    allow(app, GONE, "staff")
    sign_in(app, browser_of(app), sink, GONE)
    assert run(app, "people", "remove", GONE).exit_code == 0
    block(app, BLOCKED)
    clock(days=2)
    browser = browser_of(app)
    sign_in(app, browser, sink, OWNER)
    return browser


def shown(browser, query):
    """Return the people on the list, each with state, role and reason."""
    assert browser.get(f"/people?{query}").status_code == 200
    rows = [[cell.get_text(strip=True) for cell in row.find_all("td")] for row in browser.page.tbody.find_all("tr")]
    return {row[0]: tuple(row[1:4]) for row in rows}


def path_of(browser, subject):
    browser.get("/people")
    return browser.page.find("a", string=subject)["href"]


def test_everybody_is_in_one_state(owner):
    assert {state: set(shown(owner, f"state={state}")) for state in STATES} == STATES


def test_a_domain_is_listed_with_its_role_and_where_that_comes_from(owner):
    listed = shown(owner, "state=domain")
    assert listed["@agency.example"] == ("Whole domain", "Staff", "Added from the command line")
    assert listed["@many.example"] == ("Whole domain", "Viewer", "@many.example is listed in ALLOWED_EMAILS")


def test_a_domain_is_not_blocked(app, owner):
    path = path_of(owner, "@agency.example")
    assert owner.submit(f"{path}/block", of="/people").status_code == 404
    assert verdict(app, "anybody@agency.example").role == "staff"


def test_a_rule_is_not_changed_to_a_day_that_is_over(app, owner):
    path = path_of(owner, "@agency.example")

    owner.get(path)
    assert owner.post(path, data=form_values(owner, role="owner", until="2020-01-31")).status_code == 422
    assert "This date is in the past." in owner.page.get_text()
    assert verdict(app, "anybody@agency.example").role == "staff"
