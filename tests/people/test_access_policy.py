"""The allowlist as a table: the rules, the person who asks, and the deciding rule."""

import re
from datetime import timedelta

import pytest

from shop.extensions import db
from shop.people import access_changes
from shop.people.models.role import Role
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.conftest import make_app
from tests.people.rule_helpers import allow, block, verdict
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import sign_in

ADA = "ada@shop.example"
BOB = "bob@shop.example"

# OWNER_EMAIL and ALLOWED_EMAILS; rules of the table as "subject=role[ until]"; blocks; who asks
TABLE = [
    # no rule
    ("", "", [], [], ADA, None, "none"),
    ("", "", [f"{BOB}=staff"], [], ADA, None, "none"),
    ("", BOB, [], [], ADA, None, "none"),
    (BOB, "", [], [], ADA, None, "none"),
    # one address
    ("", "", [f"{ADA}=staff"], [], ADA, "staff", ADA),
    ("", "", [f"{ADA}=viewer"], [], ADA, "viewer", ADA),
    ("", "", [f"{ADA}=owner"], [], ADA, "owner", ADA),
    # a whole domain, and exactly that domain
    ("", "", ["@shop.example=staff"], [], ADA, "staff", "@shop.example"),
    ("", "", ["@shop.example=staff"], [], "ada@sub.shop.example", None, "none"),
    ("", "", ["@sub.shop.example=staff"], [], ADA, None, "none"),
    ("", "", ["@shop.example=staff"], [], "ada@myshop.example", None, "none"),
    ("", "", ["@shop.example=staff"], [], "ada@shop.example.evil.example", None, "none"),
    ("", "", ["@shop.example=staff"], [], "shop.example@evil.example", None, "none"),
    # an address is compared as it is: neither tags nor dots make it another's
    ("", "", [f"{ADA}=staff"], [], "ada+tag@shop.example", None, "none"),
    ("", "", [f"{ADA}=staff"], [], "a.da@shop.example", None, "none"),
    ("", "", ["ada+tag@shop.example=staff"], [], ADA, None, "none"),
    # the address's own rule beats that of its domain, upwards and downwards
    ("", "", ["@shop.example=staff", f"{ADA}=viewer"], [], ADA, "viewer", ADA),
    ("", "", ["@shop.example=viewer", f"{ADA}=owner"], [], ADA, "owner", ADA),
    ("", "", ["@shop.example=viewer", f"{ADA}=owner"], [], BOB, "viewer", "@shop.example"),
    # settings
    (ADA, "", [], [], ADA, "owner", "OWNER_EMAIL"),
    (f"{BOB}, {ADA}", "", [], [], ADA, "owner", "OWNER_EMAIL"),
    ("", ADA, [], [], ADA, "staff", "ALLOWED_EMAILS"),
    ("", f"{ADA}=viewer", [], [], ADA, "viewer", "ALLOWED_EMAILS"),
    ("", f"{ADA}=owner", [], [], ADA, "owner", "ALLOWED_EMAILS"),
    ("", "@shop.example", [], [], ADA, "staff", "ALLOWED_EMAILS"),
    ("", f"@shop.example, {ADA}=viewer", [], [], ADA, "viewer", "ALLOWED_EMAILS"),
    # table and settings together
    (ADA, "", [f"{ADA}=viewer"], [], ADA, "owner", "OWNER_EMAIL"),
    (ADA, f"{ADA}=viewer", [], [], ADA, "owner", "OWNER_EMAIL"),
    ("", f"{ADA}=viewer", [f"{ADA}=staff"], [], ADA, "staff", ADA),
    ("", f"{ADA}=viewer", ["@shop.example=owner"], [], ADA, "viewer", "ALLOWED_EMAILS"),
    ("", "@shop.example", [f"{ADA}=viewer"], [], ADA, "viewer", ADA),
    ("", "@shop.example", ["@shop.example=viewer"], [], ADA, "viewer", "@shop.example"),
    # a rule past its last day counts as absent
    ("", "", [f"{ADA}=staff past"], [], ADA, None, ADA),
    ("", "", ["@shop.example=staff past"], [], ADA, None, "@shop.example"),
    ("", "", [f"{ADA}=owner past", "@shop.example=viewer"], [], ADA, "viewer", "@shop.example"),
    ("", f"{ADA}=viewer", [f"{ADA}=staff past"], [], ADA, "viewer", "ALLOWED_EMAILS"),
    (ADA, "", [f"{ADA}=viewer past"], [], ADA, "owner", "OWNER_EMAIL"),
    # a block beats every rule, and only its own address
    ("", "", [f"{ADA}=staff"], [ADA], ADA, None, "block"),
    ("", "", ["@shop.example=staff"], [ADA], ADA, None, "block"),
    ("", "", ["@shop.example=staff"], [ADA], BOB, "staff", "@shop.example"),
    ("", ADA, [], [ADA], ADA, None, "block"),
    ("", f"{ADA}=owner", [f"{ADA}=owner"], [ADA], ADA, None, "block"),
    ("", "", [], [ADA], ADA, None, "block"),
    ("", ADA, ["@shop.example=owner", f"{ADA}=owner"], [ADA], ADA, None, "block"),
    ("", "", [f"{ADA}=staff past"], [ADA], ADA, None, "block"),
    ("", "", [f"{ADA}=staff"], ["ada+tag@shop.example"], ADA, "staff", ADA),
    ("", "", ["@shop.example=staff"], [BOB], "bob+tag@shop.example", "staff", "@shop.example"),
    # case: domain and address are equal, however they were typed
    ("", "", ["@SHOP.example=viewer"], [], ADA, "viewer", "@shop.example"),
    ("", "", ["ADA@Shop.Example=viewer"], [], ADA, "viewer", ADA),
    ("ADA@Shop.Example", "", [], [], ADA, "owner", "OWNER_EMAIL"),
    ("", "@SHOP.example=viewer", [], [], ADA, "viewer", "ALLOWED_EMAILS"),
    # a domain and similar ones, by setting
    ("", "@shop.example", [], [], "ada@sub.shop.example", None, "none"),
    ("", "@sub.shop.example", [], [], ADA, None, "none"),
    ("", "@shop.example", [], [], "ada@shop.example.evil.example", None, "none"),
    # two domains, two people: each by its own
    ("", "", ["@shop.example=staff", "@other.example=viewer"], [], "ada@other.example", "viewer", "@other.example"),
    ("", "@other.example=viewer", ["@shop.example=staff"], [], "ada@other.example", "viewer", "ALLOWED_EMAILS"),
    ("", "", [f"{ADA}=staff", f"{BOB}=viewer"], [], BOB, "viewer", BOB),
    (ADA, "", [], [], "ada+tag@shop.example", None, "none"),
    # an expired rule leaves the decision to the next one, if any
    (
        "",
        "@shop.example=viewer",
        [f"{ADA}=owner past", "@shop.example=staff past"],
        [],
        ADA,
        "viewer",
        "ALLOWED_EMAILS",
    ),
    ("", "", [f"{ADA}=owner past", "@shop.example=staff past"], [], ADA, None, ADA),
    ("", ADA, ["@shop.example=viewer past"], [], ADA, "staff", "ALLOWED_EMAILS"),
    ("", "", [f"{ADA}=viewer", "@shop.example=owner past"], [], ADA, "viewer", ADA),
    ("", "", ["@shop.example=viewer past"], [], BOB, None, "@shop.example"),
    # all combined
    (ADA, ADA, [f"{ADA}=viewer", "@shop.example=viewer"], [], ADA, "owner", "OWNER_EMAIL"),
    (BOB, f"{ADA}=owner, @shop.example=staff", ["@shop.example=viewer"], [], ADA, "owner", "ALLOWED_EMAILS"),
    (BOB, "@shop.example=owner", ["@shop.example=viewer"], ["eve@shop.example"], ADA, "viewer", "@shop.example"),
]


def words(row):
    owner, allowed, rules, blocks, address, *_ = row
    parts = [f"OWNER_EMAIL {owner}" * bool(owner), f"ALLOWED_EMAILS {allowed}" * bool(allowed), *rules]
    return re.sub(r"@shop\.example", "@", " ".join([*filter(None, parts), *[f"not {b}" for b in blocks], "?", address]))


def end_of(rule):
    return timedelta(days=3) if rule.endswith(" past") else None


def settings_of(environ, owner, allowed):
    return {**environ, "OWNER_EMAIL": owner or "boss@elsewhere.example", "ALLOWED_EMAILS": allowed}


@pytest.mark.parametrize("row", TABLE, ids=words)
def test_the_rule_that_decides(row, environ, tmp_path, clock):
    owner, allowed, rules, blocks, address, role, deciding = row
    app = make_app(settings_of(environ, owner, allowed), tmp_path)
    for rule in rules:
        allow(app, *rule.removesuffix(" past").rsplit("=", 1), until=end_of(rule))
    for blocked in blocks:
        block(app, blocked)
    clock(days=4)
    given = verdict(app, address)

    assert (given.role, given.rule) == (role and Role(role), deciding)
    assert given.may_enter is bool(role)


def test_the_table_is_long_enough_to_mean_something():
    assert len(TABLE) >= 60
    assert {row[5] for row in TABLE} == {None, *Role}


@pytest.mark.both_databases
@pytest.mark.parametrize(("days", "role"), [(0, Role.STAFF), (2, Role.STAFF), (4, None)])
def test_a_rule_counts_through_its_last_day(app, clock, days, role):
    allow(app, ADA, "staff", until=timedelta(days=3))
    clock(days=days)
    assert verdict(app, ADA).role is role


def check_access(browser, address):
    """Return the page's answer to the question for someone's access."""
    browser.get("/people", query_string={"why": address})
    return browser.page.select_one("p[role=status]").get_text(" ", strip=True)


def test_the_page_says_why_in_a_sentence(app, client, sink, clock):
    block(app, BOB)
    for subject, until in ((ADA, 3), ("@agency.example", None), ("@closed.example", 0)):
        allow(app, subject, "viewer", until=None if until is None else timedelta(days=until))
    clock(days=1)
    sign_in(app, client, sink, OWNER)

    for address, sentence in {
        OWNER: "has access as an owner. Reason: Set by OWNER_EMAIL.",
        STAFF: "has access as staff. Reason: Listed in ALLOWED_EMAILS.",
        ADA: "has access as a viewer. Reason: Added from the command line.",
        "a&copy@agency.example": "has access as a viewer. "
        "Reason: Rule for @agency.example, added from the command line.",
        "a@closed.example": "doesn't have access. Reason: The rule for @closed.example expired on ",
        BOB: "doesn't have access. Reason: Blocked from the command line.",
        "a@other.example": "doesn't have access. Reason: No rule for this address or its domain.",
    }.items():
        assert f"{address} {sentence}" in " ".join(check_access(client, address).split())


def test_a_rule_of_a_person_is_said_to_be_theirs(app, client, sink):
    with app.app_context():
        for subject in (ADA, "@agency.example"):
            access_changes.set_rule(subject, Role.VIEWER, until=None, note="", actor=Actor(OWNER, NO_REQUEST))
        db.session.commit()
    sign_in(app, client, sink, OWNER)

    assert check_access(client, ADA).endswith(f"Reason: Added by {OWNER}.")
    assert check_access(client, "bo@agency.example").endswith(f"Reason: Rule for @agency.example, added by {OWNER}.")
