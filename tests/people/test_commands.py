"""`flask people …`: success is 0, a refusal is 1 with a sentence on standard error, wrong usage is 2."""

import json

import pytest

from shop.people.models.rule import Rule
from tests.conftest import make_app
from tests.people.rule_helpers import details, entries, list_rules, run
from tests.sample_people import OWNER, STAFF, STRANGER
from tests.sign_in_flow import deliver_emails, sign_in

NEW = "new@shop.example"


def rules(app):
    with app.app_context():
        return [(rule.subject, rule.role, str(rule.until or ""), rule.note) for rule in Rule.query.order_by(Rule.id)]


def test_allow_lets_an_address_in(app):
    done = run(app, "people", "allow", NEW, "--role", "viewer", "--note", "trainee")

    assert (done.exit_code, done.stdout) == (0, f"{NEW} has viewer access.\n")
    assert rules(app) == [(NEW, "viewer", "", "trainee")]
    assert details(app, "rule_added") == [{"subject": NEW, "role": "viewer", "until": "", "note": "trainee"}]


def test_allow_normalises_what_is_typed(app):
    assert run(app, "people", "allow", " NEW@Shop.Example ", "--role", "staff").exit_code == 0
    assert run(app, "people", "allow", "@Shop.Example", "--role", "staff").exit_code == 0
    assert [rule[0] for rule in rules(app)] == [NEW, "@shop.example"]


def test_allow_again_changes_the_one_rule(app):
    run(app, "people", "allow", NEW, "--role", "viewer", "--until", "2999-12-31")
    run(app, "people", "allow", NEW, "--role", "staff")

    assert rules(app) == [(NEW, "staff", "", "")]
    assert [entry.event for entry in entries(app)] == ["rule_added", "rule_changed"]


def test_allow_until_a_day_that_is_over_is_refused(app):
    refused = run(app, "people", "allow", NEW, "--role", "staff", "--until", "2020-01-01")

    assert (refused.exit_code, refused.stderr) == (1, "Error: 2020-01-01 is in the past.\n")
    assert rules(app) == []
    assert entries(app) == []


@pytest.mark.parametrize(
    "words",
    [
        ["allow", NEW],
        ["allow", NEW, "--role", "boss"],
        ["allow", NEW, "--role", "staff", "--until", "tomorrow"],
        ["allow", "nobody", "--role", "staff"],
        ["allow", "@", "--role", "staff"],
        ["allow", "@shop.example, @elsewhere.example", "--role", "staff"],
        ["allow", f"New <{NEW}>", "--role", "staff"],
        ["allow", "@*.shop.example", "--role", "staff"],
        ["remove", "nobody"],
        ["block", "@shop.example"],
        ["unblock"],
        ["why", "n\u00e9w@shop.example"],
        ["promote", NEW],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2_and_changes_nothing(app, words):
    refused = run(app, "people", *words)

    assert refused.exit_code == 2
    assert "Usage:" in refused.stderr
    assert (rules(app), entries(app)) == ([], [])


def test_remove_takes_a_rule_away(app):
    run(app, "people", "allow", NEW, "--role", "staff")
    done = run(app, "people", "remove", NEW)

    assert (done.exit_code, done.stdout) == (0, f"Rule for {NEW} removed.\n")
    assert rules(app) == []
    assert details(app, "rule_removed") == [{"subject": NEW, "role": "staff"}]


def test_remove_knows_of_people_of_a_domain_who_are_signed_out(app, client, sink):
    run(app, "people", "allow", "@agency.example", "--role", "staff")
    sign_in(app, client, sink, "guest@agency.example")
    client.submit("/sign-out", of="/")
    deliver_emails(app)

    done = run(app, "people", "remove", "@agency.example")

    assert done.stdout == "Rule for @agency.example removed.\n"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (STRANGER, f"There is no rule for {STRANGER}."),
        (STAFF, f"There is no rule for {STAFF}. It is listed in ALLOWED_EMAILS."),
        (OWNER, f"There is no rule for {OWNER}. It is set as an owner by OWNER_EMAIL."),
    ],
)
def test_remove_says_where_a_rule_is_that_it_cannot_take_away(app, subject, said):
    refused = run(app, "people", "remove", subject)
    assert (refused.exit_code, refused.stderr) == (1, f"Error: {said}\n")
    assert entries(app) == []


def test_remove_says_when_another_rule_still_lets_in(app):
    run(app, "people", "allow", STAFF, "--role", "viewer")
    done = run(app, "people", "remove", STAFF)
    assert "No one lost access." in done.stdout

    assert run(app, "people", "why", STAFF).stdout.endswith("ALLOWED_EMAILS.\n")


def test_block_and_unblock(app):
    assert run(app, "people", "block", STAFF).stdout == f"{STAFF} blocked.\n"
    assert run(app, "people", "block", STAFF).stdout == f"{STAFF} is already blocked.\n"
    assert run(app, "people", "unblock", STAFF).stdout == f"{STAFF} unblocked.\n"
    assert [entry.event for entry in entries(app)] == ["blocked", "unblocked"]


def test_unblock_of_nobody_is_refused(app):
    refused = run(app, "people", "unblock", STAFF)
    assert (refused.exit_code, refused.stderr) == (1, f"Error: {STAFF} is not blocked.\n")
    assert entries(app) == []


def test_a_block_by_command_says_who_and_from_nowhere(app):
    run(app, "people", "block", STAFF)
    [entry] = entries(app)
    assert (entry.by, entry.network, entry.details) == ("command line", "", {"address": STAFF})


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (OWNER, "has owner access: named in the setting OWNER_EMAIL."),
        (STAFF, f"has staff access: {STAFF} is named in the setting ALLOWED_EMAILS."),
        (STRANGER, "has no access: no rule covers this address or its domain."),
    ],
)
def test_why_names_the_deciding_rule(app, address, said):
    assert run(app, "people", "why", address).stdout == f"{address} {said}\n"


def test_why_as_json(app):
    run(app, "people", "block", STAFF)
    found = json.loads(run(app, "people", "why", STAFF, "--json").stdout)
    assert found == {
        "address": STAFF,
        "may_enter": False,
        "role": None,
        "rule": "block",
        "reason": "blocked by command line",
    }


def test_list_shows_settings_rules_and_blocks(app):
    run(app, "people", "allow", "@elsewhere.example", "--role", "viewer", "--until", "2999-12-31", "--note", "partners")
    run(app, "people", "block", STAFF)
    rows = list_rules(app)
    assert [row["subject"] for row in rows if row["by"] == "OWNER_EMAIL"] == [OWNER]
    assert STAFF in [row["subject"] for row in rows if row["by"] == "ALLOWED_EMAILS"]
    assert rows[-2:] == [
        {
            "subject": "@elsewhere.example",
            "role": "viewer",
            "by": "command line",
            "until": "2999-12-31",
            "note": "partners",
        },
        {"subject": STAFF, "role": "blocked", "by": "command line", "until": "", "note": ""},
    ]

    lines = run(app, "people", "list").stdout.splitlines()
    assert len(lines) == len(rows)


def test_list_marks_a_rule_that_is_over(app, clock):
    run(app, "people", "allow", NEW, "--role", "staff", "--until", "2999-12-31")
    clock(days=365 * 1000)
    assert "2999-12-31 (expired)" in run(app, "people", "list").stdout


def test_a_database_that_is_away_is_said_in_one_sentence(environ, tmp_path):
    app = make_app({**environ, "DATABASE_URL": "postgresql://nobody:w0rd@127.0.0.1:9/shop"}, tmp_path)
    refused = run(app, "people", "list")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: The database can't be used: ")
    assert len(refused.stderr.splitlines()) == 1
    assert "w0rd" not in refused.output


def test_a_database_without_tables_is_said_in_one_sentence(environ, tmp_path):
    app = make_app({**environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}, tmp_path)
    refused = run(app, "people", "why", STAFF)

    assert (refused.exit_code, "no such table" in refused.stderr) == (1, True)
    assert "Traceback" not in refused.output
