"""Reauthentication: after a quarter of an hour a dangerous act asks for a fresh code, and no input is lost."""

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from shop.extensions import db
from shop.outbox.models.email import Email
from shop.people.models.rule import Rule
from shop.signin.models.sign_in_request import SignInRequest
from tests.conftest import browser_of
from tests.people.rule_helpers import allow, details, form_values
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, deliver_emails, sign_in
from tests.signin.emails import emails_containing, reauthentication_codes

GUEST = "guest@elsewhere.example"
SECOND = "second@elsewhere.example"
LINES = f"Guest <{GUEST}>\r\n\r\n  {SECOND}\r\n"
INVITE = "/people/invitations"
CONFIRM = f"/sign-in/confirm?to={INVITE}"
TERMS = {"role": "viewer", "until": "", "note": 'say "hi" & <b>bye</b>'}


@pytest.fixture
def stale(app, client, sink, clock):
    """An owner who signed in sixteen minutes ago."""
    sign_in(app, client, sink, OWNER)
    clock(minutes=16)
    return client


def rules(app):
    with app.app_context():
        return dict(db.session.execute(select(Rule.subject, Rule.note)).all())


def tries(app):
    with app.app_context():
        return db.session.scalars(select(SignInRequest.tries).where(SignInRequest.renews.is_not(None))).all()


def ask_for_it(client, path=INVITE, **data):
    """Post what an owner typed, and follow to the page that asks for a code."""
    data = {"csrf_token": client.token(), **(data or {"addresses": LINES, **TERMS})}
    first = client.post(path, data=data)
    assert first.status_code == 307
    client.post(first.location, data=data)
    return first.location


def held(client):
    """Return the hidden fields."""
    inputs = client.page.find("form").find_all("input", type="hidden")
    return MultiDict([(one["name"], one["value"]) for one in inputs])


def give(client, where, code):
    """Type a code into the page that is open."""
    return client.post(where, data=MultiDict([*held(client).items(multi=True), ("confirmation_code", code)]))


def confirm(app, client, sink, where):
    """Type the right code and follow to the browser's destination."""
    data = held(client)
    answer = give(client, where, reauthentication_codes(app, sink, OWNER)[-1])
    return client.post(answer.location, data=data) if answer.status_code == 307 else answer


@pytest.mark.parametrize(("minutes", "status"), [(14, 303), (16, 307)])
def test_a_sign_in_is_fresh_for_a_quarter_of_an_hour(app, client, sink, clock, minutes, status):
    sign_in(app, client, sink, OWNER)
    clock(minutes=minutes)

    answer = client.post(INVITE, data={"csrf_token": client.token(), "addresses": GUEST, **TERMS})

    assert answer.status_code == status
    assert len(rules(app)) == (status == 303)


def test_what_was_typed_is_not_lost(app, stale, sink):
    where = ask_for_it(stale)
    assert rules(app) == {}

    assert confirm(app, stale, sink, where).status_code == 303
    assert rules(app) == {GUEST: TERMS["note"], SECOND: TERMS["note"]}


def test_what_was_typed_survives_wrong_codes_and_another_letter(app, stale, sink, clock):
    where = ask_for_it(stale)
    give(stale, where, "000-000")
    give(stale, where, "what?")
    assert held(stale)["addresses"].split() == LINES.split()
    assert held(stale)["note"] == TERMS["note"]

    assert confirm(app, stale, sink, where).status_code == 303
    assert len(rules(app)) == 2


def test_one_code_is_good_for_another_quarter_of_an_hour(app, stale, sink, clock):
    confirm(app, stale, sink, ask_for_it(stale))
    clock(minutes=30)

    assert stale.post(INVITE, data={"csrf_token": stale.token(), "addresses": GUEST, **TERMS}).status_code == 303

    clock(minutes=32)
    assert stale.post(INVITE, data={"csrf_token": stale.token(), "addresses": GUEST, **TERMS}).status_code == 307
    assert len(details(app, "confirmed")) == 1


def test_reading_needs_no_code(stale):
    assert [stale.get(path).status_code for path in ("/people", "/people/invitations/new", "/audit")] == [200] * 3


def test_each_wrong_code_is_counted_and_five_are_the_end(app, stale, sink):
    where = ask_for_it(stale)
    [code] = reauthentication_codes(app, sink, OWNER)
    assert [give(stale, where, "000-000").status_code for _ in range(5)] == [422] * 5
    assert list(tries(app)) == [5]

    give(stale, where, code)
    assert rules(app) == {}

    assert stale.post(INVITE, data={"csrf_token": stale.token(), "addresses": GUEST, **TERMS}).status_code == 307
    assert [one["tries"] for one in details(app, "wrong_code")] == [1, 2, 3, 4, 5]


def test_what_cannot_be_a_code_costs_no_try(app, stale):
    where = ask_for_it(stale)
    assert give(stale, where, "hello there").status_code == 422
    assert list(tries(app)) == [0]


def test_the_code_of_another_session_is_refused(app, stale, sink, clock):
    """The same person in two browsers: a code that was emailed for one works there only."""
    second = browser_of(app)
    clock(minutes=0)
    sign_in(app, second, sink, OWNER)
    clock(minutes=32)
    where = ask_for_it(stale)
    [code] = reauthentication_codes(app, sink, OWNER)

    ask_for_it(second)
    assert give(second, where, code).status_code == 422

    assert second.post(INVITE, data={"csrf_token": second.token(), "addresses": GUEST, **TERMS}).status_code == 307
    assert rules(app) == {}


def test_the_code_of_another_owner_is_refused(app, stale, sink, clock):
    allow(app, GUEST, "owner")
    second = browser_of(app)
    sign_in(app, second, sink, GUEST)
    clock(minutes=40)
    ask_for_it(second)

    where = ask_for_it(stale)

    [code] = reauthentication_codes(app, sink, GUEST)
    assert give(stale, where, code).status_code == 422
    assert details(app, "confirmed") == []


def test_a_code_works_once(app, stale, sink, clock):
    where = ask_for_it(stale)
    [code] = reauthentication_codes(app, sink, OWNER)
    give(stale, where, code)
    clock(minutes=32)

    where = ask_for_it(stale)

    assert give(stale, where, code).status_code == 422
    assert len(details(app, "confirmed")) == 1


def test_a_code_is_over_when_its_time_is_up(app, stale, sink, clock):
    where = ask_for_it(stale)
    [code] = reauthentication_codes(app, sink, OWNER)
    clock(minutes=16 + 17)

    give(stale, where, code)

    assert details(app, "confirmed") == []
    assert rules(app) == {}


def test_the_code_begins_no_session(app, stale, other, sink):
    ask_for_it(stale)
    [code] = reauthentication_codes(app, sink, OWNER)

    other.submit("/sign-in", {"email": STAFF})
    other.submit("/sign-in/code", {"code": code}, of="/sign-in")

    assert other.get("/").status_code == 302


@pytest.mark.parametrize(
    "to",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/people%0d%0aX:1",
        "/sign-out",
        "/sign-in",
        "/sign-in/confirm",
        "/sign-in/not-me",
        "/people",
        "/audit",
        "/nowhere",
        "/people/x/removal",
    ],
)
def test_only_our_own_posts_are_gone_on_to(app, stale, to):
    answer = stale.post(f"/sign-in/confirm?to={to}", data={"csrf_token": stale.token(), "addresses": GUEST})
    assert answer.status_code == 404
    assert details(app, "sign_in_asked") == details(app, "sign_in_asked")[:1]  # no code was emailed for it


def test_a_page_opened_by_get_confirms_nothing(stale):
    assert stale.get(CONFIRM).status_code == 405


def test_without_a_form_token_no_code_is_mailed(app, stale, sink):
    assert stale.post(CONFIRM, data={"addresses": GUEST}).status_code == 400
    assert reauthentication_codes(app, sink, OWNER) == []


def test_who_is_signed_out_is_led_to_the_door(app, other, sink):
    assert other.post(CONFIRM, data={"csrf_token": other.token()}).status_code == 302
    deliver_emails(app)
    assert sink.received == []


def test_a_stale_change_of_role_waits_for_the_code(app, client, sink, clock):
    allow(app, GUEST, "viewer")
    sign_in(app, client, sink, OWNER)
    clock(minutes=16)
    client.get("/people")
    row = client.page.find("a", string=GUEST)["href"]

    client.get(row)
    where = ask_for_it(client, row, **form_values(client, role="owner"))
    assert [one["role"] for one in details(app, "rule_added")] == ["viewer"]
    assert details(app, "rule_changed") == []

    assert confirm(app, client, sink, where).status_code == 303
    assert [one["role"] for one in details(app, "rule_changed")] == ["owner"]


@pytest.mark.parametrize("act", ["removal", "block"])
def test_a_stale_removal_ends_nothing(app, stale, other, sink, act):
    sign_in(app, other, sink, STAFF)
    stale.get("/people")
    row = stale.page.find("a", string=STAFF)["href"]

    assert stale.submit(f"{row}/{act}", of=row).status_code == 307
    assert other.get("/").status_code == 200


def test_another_letter_has_to_wait_a_minute(app, stale, sink, clock):
    where = ask_for_it(stale)
    data = {**held(stale).to_dict(), "confirmation_again": "1"}

    assert stale.post(where, data=data).status_code == 429

    clock(minutes=17, seconds=5)
    assert stale.post(where, data=data).status_code == 200
    codes = reauthentication_codes(app, sink, OWNER)
    assert len(codes) == 2
    assert len(set(codes)) == 1


def test_going_back_and_forth_mails_one_letter(app, stale, sink):
    for _ in range(4):
        ask_for_it(stale)
    assert len(reauthentication_codes(app, sink, OWNER)) == 1


def test_the_letter_has_a_code_and_no_link(app, stale, sink):
    ask_for_it(stale)

    [letter] = emails_containing(app, sink, OWNER, "Confirm it's you")
    assert "http" not in letter.text
    assert "href" not in letter.html


def test_a_code_that_would_come_too_late_is_not_mailed(app, stale, sink, clock):
    ask_for_it(stale)
    clock(minutes=16 + 12)

    assert reauthentication_codes(app, sink, OWNER) == []
    with app.app_context():
        assert Email.query.filter_by(outcome="withheld").one().fault == "the request is over"


def test_a_removed_owner_confirms_nothing(app, client, sink, clock):
    allow(app, GUEST, "owner")
    sign_in(app, client, sink, GUEST)
    clock(minutes=16)
    where = ask_for_it(client, addresses=SECOND, **TERMS)
    [code] = reauthentication_codes(app, sink, GUEST)
    app.test_cli_runner().invoke(args=["people", "remove", GUEST])
    data = {**held(client).to_dict(), "confirmation_code": code}

    assert client.post(where, data=data).status_code in (302, 400)
    assert details(app, "confirmed") == []


def test_the_normal_sign_in_is_fresh_at_once(app, stale, sink):
    stale.submit("/sign-in", {"email": OWNER})
    deliver_emails(app)
    confirm_link(stale, sink.ways_in(OWNER)[-1].link)

    answer = stale.post(INVITE, data={"csrf_token": stale.token(), "addresses": GUEST, **TERMS})

    assert answer.status_code == 303
