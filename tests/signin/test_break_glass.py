"""`flask people link ADDRESS`: a one-time link for an owner whose email is down; the other owners are told."""

import pytest

from shop.audit.models.entry import Entry
from shop.outbox.models.email import Email
from shop.sessions.models.login_session import LoginSession
from shop.signin import codes
from shop.signin.models.sign_in_request import SignInRequest
from tests.conftest import browser_of, make_app
from tests.sample_people import BLOCKED, OWNER, STAFF, STRANGER
from tests.sign_in_flow import confirm_link, deliver_emails, enter_code, open_link, read_email, request_link

SECOND = "second@shop.example"


def people(app, *words):
    return app.test_cli_runner().invoke(args=["people", *words])


@pytest.fixture
def link(app):
    """A link for the owner, as the command printed it."""
    made = people(app, "link", OWNER)
    assert made.exit_code == 0
    return made.stdout.strip()


def kept(app):
    """Return the numbers of requests, emails, entries and sessions."""
    with app.app_context():
        return [model.query.count() for model in (SignInRequest, Email, Entry, LoginSession)]


def request_of(app):
    with app.app_context():
        return SignInRequest.query.filter_by(browser_hash=None).one().id


def test_it_signs_an_owner_in(app, client, link):
    assert open_link(client, link).status_code == 200
    assert client.page.h1.get_text() == f"Sign in as {OWNER}"

    assert confirm_link(client, link).status_code == 303
    assert client.get("/outbox").status_code == 200


def test_it_works_once_in_any_browser(app, client, other, link):
    assert confirm_link(other, link).status_code == 303
    assert confirm_link(other, link).status_code == 410
    assert confirm_link(client, link).status_code == 410
    assert client.page.h1.get_text() == "This link has already been used"
    assert kept(app)[3] == 1


def test_looking_at_it_spends_nothing(app, client, other, link):
    for _ in range(3):
        open_link(other, link)
    assert kept(app)[3] == 0
    assert confirm_link(client, link).status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 410)])
def test_it_lives_ten_minutes(app, client, clock, link, seconds, status):
    clock(seconds=seconds)
    assert confirm_link(client, link).status_code == status
    assert kept(app)[3] == (status == 303)


def test_make_run_prints_it_too(environ, tmp_path):
    local = make_app({**environ, "SHOP_LOCAL": "1"}, tmp_path)
    made = people(local, "link", OWNER)
    assert confirm_link(browser_of(local), made.stdout.strip()).status_code == 303


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (STAFF, " (role: staff)"),
        (STRANGER, ": no rule covers this address or its domain"),
        (BLOCKED, ": blocked from the command line"),
    ],
)
def test_it_is_for_owners_only(app, address, why):
    people(app, "block", BLOCKED)
    before = kept(app)
    refused = people(app, "link", address)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == f"Error: {address} is not an owner{why}.\n"
    assert kept(app) == before


def test_it_is_refused_for_what_is_no_address(app):
    refused = people(app, "link", "owner")

    assert refused.exit_code == 2
    assert "Enter one plain address, such as name@example.com." in refused.stderr
    assert people(app, "link").exit_code == 2
    assert kept(app) == [0, 0, 0, 0]


def test_it_is_refused_where_a_setting_is_not_safe(app):
    app.config["PUBLIC_URL"] = "http://shop.example"
    refused = people(app, "link", OWNER)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "PUBLIC_URL" in refused.stderr
    assert kept(app) == [0, 0, 0, 0]


def test_it_is_refused_for_an_owner_who_is_blocked(app):
    people(app, "allow", SECOND, "--role", "owner")
    people(app, "block", SECOND)

    assert people(app, "link", SECOND).exit_code == 1
    assert kept(app)[0] == 0


def test_it_is_withdrawn_with_the_rule(app, client):
    people(app, "allow", SECOND, "--role", "owner")
    link = people(app, "link", SECOND).stdout.strip()
    people(app, "remove", SECOND)

    assert confirm_link(client, link).status_code == 410
    assert kept(app)[3] == 0


def test_the_command_prints_the_link_alone_and_the_rest_beside_it(app):
    made = people(app, "link", OWNER)

    assert made.stdout.count("\n") == 1
    assert made.stdout.startswith("http://127.0.0.1:8000/sign-in/link/")
    assert made.stderr == "Can be used once, within 10 minutes, in any browser.\n"
    app.config["SIGN_IN_MINUTES"] = 1
    assert people(app, "link", OWNER).stderr == "Can be used once, within 1 minute, in any browser.\n"


def test_it_is_audited_when_made_and_when_used(app, client, link):
    confirm_link(client, link)
    with app.app_context():
        made, used = Entry.query.order_by(Entry.id)
        assert (made.event, made.by, made.details["address"]) == ("break_glass", "command line", OWNER)
        assert (used.event, used.by, used.details["via"]) == ("signed_in", OWNER, "break-glass")
        assert made.details["request"] == used.details["request"]


def test_the_other_owners_are_told_by_letter(app, sink):
    people(app, "allow", SECOND, "--role", "owner")
    link = people(app, "link", OWNER).stdout.strip()

    deliver_emails(app)

    assert [letter.recipients for letter in sink.received] == [[SECOND]]
    assert f"A sign-in link for {OWNER} was created on Corner Shop's server" in sink.received[0].text
    assert link not in sink.received[0].raw.decode()


def test_its_code_is_told_to_nobody_and_opens_nothing(app, client, other, link):
    with app.app_context():
        code = codes.format_code(codes.derive_codes(request_of(app))[0])
    open_link(other, link)
    assert code not in other.page.get_text()

    assert enter_code(other, code).status_code == 410

    request_link(client, OWNER)
    assert enter_code(client, code).status_code == 422
    assert kept(app)[3] == 0


def test_it_is_not_mailed_when_another_letter_is_asked_for(app, client, sink, clock, link):
    open_link(client, link)
    clock(seconds=61)

    client.submit("/sign-in/again", {"link": "1"}, of="/sign-in")
    mailed = read_email(app, sink, OWNER).link
    assert mailed != link

    clock(seconds=601)
    assert confirm_link(client, link).status_code == 410


def test_its_end_offers_a_new_one_by_mail(app, client, sink, clock, link):
    clock(minutes=11)
    assert open_link(client, link).status_code == 410

    client.submit("/sign-in/again", {"link": "1"}, of="/sign-in")
    assert confirm_link(client, read_email(app, sink, OWNER).link).status_code == 303


def test_it_uses_up_neither_letters_nor_tries(app, client, sink):
    for _ in range(12):
        people(app, "link", OWNER)
    request_link(client, OWNER)
    assert enter_code(client, read_email(app, sink, OWNER).code).status_code == 303


def test_it_leaves_the_browsers_own_request_alone(app, client, sink, link):
    request_link(client, OWNER)
    own = read_email(app, sink, OWNER).link

    assert confirm_link(client, link).status_code == 303
    assert confirm_link(client, own).status_code == 303
    assert kept(app)[3] == 2
