"""Each email is in the list of its outcome, newest first, on the page and on the command line."""

import json

import pytest

from shop.extensions import db
from shop.outbox import emails
from shop.outbox.models.email import OUTCOMES, Email
from tests import sample_people
from tests.conftest import browser_of
from tests.outbox.scripted_smtp_server import reply_with
from tests.people.rule_helpers import block, run
from tests.sample_people import OWNER
from tests.sign_in_flow import deliver_emails, request_link, sign_in

NEVER, LATER = "550 5.7.1 not here", "451 4.7.1 try later"
TABS = {
    "waiting": "Waiting",
    "failed": "Failed",
    "withheld": "Withheld",
    "delivered": "Delivered",
    "withdrawn": "Withdrawn",
}
FATES = {  # two people's emails for each: their addresses, the server's reply, and the list's text
    "failed": ("two@many.example", "three@many.example", NEVER, NEVER),
    "withheld": ("four@elsewhere.example", "five@elsewhere.example", "", "no rule covers this address or its domain"),
    "withdrawn": ("six@many.example", "seven@many.example", "", ""),
    "waiting": ("eight@many.example", "nine@many.example", LATER, LATER),
}


@pytest.fixture
def environ(environ, scripted):
    allowed = f"{sample_people.SETTINGS['ALLOWED_EMAILS']}, @many.example"
    return environ | {"MAIL_PORT": str(scripted.port), "ALLOWED_EMAILS": allowed}


@pytest.fixture
def owner(app, client, scripted):
    """An owner, whose own email was delivered before there was one of each other outcome to two people."""
    sign_in(app, client, scripted, OWNER)
    for outcome, (*addresses, said, _) in FATES.items():
        for address in addresses:
            request_link(browser_of(app), address)
            if outcome == "withdrawn":
                block(app, address)
            if said:
                scripted.once("RCPT", reply_with(said))
            deliver_emails(app)
    return client


def told(outcome):
    """Return the recipients with that outcome, newest first, with their attempts and what happened."""
    if outcome == "delivered":
        return [(OWNER, 1, "")]
    *addresses, _, happened = FATES[outcome]
    return [(address, int(outcome != "withdrawn"), happened) for address in reversed(addresses)]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_page_has_a_list_for_each_outcome(owner, outcome):
    owner.get(f"/outbox?outcome={outcome}")

    rows = [[cell.get_text() for cell in row.find_all("td")][1:] for row in owner.page.select("tbody tr")]
    assert rows == [[to, "Sign-in link", str(tries), happened or "–"] for to, tries, happened in told(outcome)]
    assert [one.get_text() for one in owner.page.select(".tabs a")] == [
        f"{TABS[one]} ({len(told(one))})" for one in OUTCOMES
    ]
    assert owner.page.select_one(".tabs [aria-current]").get_text().startswith(TABS[outcome])


@pytest.fixture
def posted(app, owner):
    """Return when each email was posted, by its id."""
    with app.app_context():
        return {one.id: one.posted_at.isoformat(timespec="seconds") for one in Email.query}


def test_the_command_lists_those_of_each_outcome_and_all(app, posted):
    everything, counts = [], {one: len(told(one)) for one in OUTCOMES}
    for outcome in ("waiting", "withdrawn", "withheld", "failed", "delivered"):
        rows = []
        for to, tries, happened in told(outcome):
            number = len(posted) - len(everything) - len(rows)
            facts = {"id": number, "kind": "sign_in_link", "to": to, "outcome": outcome, "posted": posted[number]}
            rows.append({**facts, "attempts": tries, "fault": happened})
        everything += rows
        said = run(app, "outbox", "list", "--outcome", outcome, "--json").stdout
        assert json.loads(said) == {"counts": counts, "letters": rows}

    assert json.loads(run(app, "outbox", "list", "--json").stdout)["letters"] == everything
    lines = ["  ".join(str(value) for value in row.values() if value != "") for row in everything]
    assert run(app, "outbox", "list").stdout.splitlines() == [
        "1 delivered, 2 failed, 2 waiting, 2 withdrawn, 2 withheld",
        *lines,
    ]


def test_the_command_lists_the_newest_hundred_and_says_where_there_is_none(app):
    assert run(app, "outbox", "list").stdout == "No emails.\n"
    with app.app_context():
        for number in range(101):
            emails.post("of a later version", to=OWNER, ref=str(number), message_id="<1@shop.example>")
        db.session.commit()

    said = json.loads(run(app, "outbox", "list", "--json").stdout)

    assert said["counts"] == {"waiting": 101}
    assert [one["id"] for one in said["letters"]] == list(range(101, 1, -1))


def test_the_list_has_pages_that_follow_each_other(app, client, scripted):
    sign_in(app, client, scripted, OWNER)
    with app.app_context():
        for number in range(101):
            emails.post("of a later version", to=f"{number}@many.example", ref="1", message_id="<1@shop.example>")
        db.session.commit()

    seen, path = [], "/outbox"
    while path:
        client.get(path)
        seen += [row.find_all("td")[1].get_text() for row in client.page.select("tbody tr")]
        later = client.page.find("a", rel="next")
        path = later["href"] if later else None
    assert seen == [f"{number}@many.example" for number in range(100, -1, -1)]
