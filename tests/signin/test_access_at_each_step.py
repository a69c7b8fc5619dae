"""Access is checked again at each step: removing it works immediately, at any point of the sign-in."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from shop.outbox.models.email import Email
from shop.people.models.rule import Rule
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.sign_in_requests import get_state
from tests.conftest import make_app
from tests.sample_people import OWNER, STAFF, STRANGER
from tests.sign_in_flow import confirm_link, deliver_emails, enter_code, open_link, read_email, request_link, sign_in

TEMP = "temp@agency.example"


@pytest.fixture
def people(app):
    """Run `flask people …`."""

    def run(*words):
        result = app.test_cli_runner().invoke(args=["people", *words])
        assert result.exit_code == 0, result.output

    return run


@pytest.fixture
def temp(people):
    people("allow", TEMP, "--role", "staff")
    return TEMP


def state(app):
    """Return the states of all requests, and the outcomes of all emails."""
    with app.app_context():
        requests = [str(get_state(request)) for request in SignInRequest.query.order_by(SignInRequest.asked_at)]
        return requests, [letter.outcome for letter in Email.query.order_by(Email.id)]


def live(app):
    with app.app_context():
        return LoginSession.query.filter_by(ended_at=None).count()


@pytest.mark.parametrize("words", [["remove", TEMP], ["block", TEMP]])
def test_taken_away_before_the_letter_nothing_is_mailed(app, client, sink, people, temp, words):
    request_link(client, temp)
    people(*words)

    deliver_emails(app)

    assert sink.received == []
    assert state(app) == (["withdrawn"], ["withdrawn"])


@pytest.mark.parametrize("words", [["remove", TEMP], ["block", TEMP]])
def test_taken_away_after_the_letter_its_link_is_withdrawn(app, client, sink, people, temp, words):
    request_link(client, temp)
    link = read_email(app, sink, temp).link
    people(*words)

    assert open_link(client, link).status_code == 410
    assert client.page.h1.get_text() == "This link is no longer valid"

    assert confirm_link(client, link).status_code == 410
    assert live(app) == 0


def test_taken_away_after_the_letter_its_code_is_refused(app, client, sink, people, temp):
    request_link(client, temp)
    code = read_email(app, sink, temp).code
    people("remove", temp)

    assert enter_code(client, code).status_code == 410
    assert client.get("/").status_code == 302
    assert live(app) == 0


@pytest.mark.parametrize("words", [["remove", TEMP], ["block", TEMP]])
def test_taken_away_after_sign_in_the_next_request_leads_to_the_door(app, client, sink, people, temp, words):
    sign_in(app, client, sink, temp)
    assert client.get("/").status_code == 200

    people(*words)
    assert client.get("/").location == "/sign-in"
    assert live(app) == 0


def test_what_was_taken_away_does_not_come_back_with_the_rule(app, client, other, sink, people, temp):
    sign_in(app, client, sink, temp)
    request_link(other, temp)
    link = read_email(app, sink, temp).link

    people("remove", temp)
    people("allow", temp, "--role", "staff")

    assert client.get("/").status_code == 302
    assert confirm_link(other, link).status_code == 410
    assert live(app) == 0


def test_a_block_does_not_bring_the_session_back_when_it_is_lifted(app, client, sink, people, temp):
    sign_in(app, client, sink, temp)
    people("block", temp)
    people("unblock", temp)

    assert client.get("/").status_code == 302


def test_who_is_allowed_again_may_ask_again(app, client, sink, people, temp):
    request_link(client, temp)
    people("remove", temp)
    people("allow", temp, "--role", "staff")
    request_link(client, temp)

    assert confirm_link(client, read_email(app, sink, temp).link).status_code == 303


def test_a_blocked_person_is_told_by_letter_and_not_on_the_page(app, client, sink, people, temp):
    people("block", temp)

    assert request_link(client, temp).status_code == 303
    client.get("/sign-in/code")
    assert "block" not in client.page.get_text()
    letter = read_email(app, sink, temp)
    assert "is blocked" in letter.text
    assert "/sign-in/link/" not in letter.raw.decode()


def test_a_block_beats_every_rule(app, client, sink, people, temp):
    people("allow", "@agency.example", "--role", "owner")
    people("block", temp)

    request_link(client, temp)
    assert "is blocked" in read_email(app, sink, temp).text

    assert enter_code(client, "ABC-123").status_code == 422
    assert live(app) == 0


def test_a_removed_domain_ends_everybody_under_it(app, client, other, sink, people):
    people("allow", "@agency.example", "--role", "viewer")
    sign_in(app, client, sink, "one@agency.example")
    request_link(other, "two@agency.example")
    link = read_email(app, sink, "two@agency.example").link

    people("remove", "@agency.example")

    assert client.get("/").status_code == 302
    assert confirm_link(other, link).status_code == 410
    assert live(app) == 0


def test_a_removed_rule_leaves_those_that_another_rule_lets_in(app, client, sink, people, temp):
    people("allow", "@agency.example", "--role", "viewer")
    sign_in(app, client, sink, temp)

    people("remove", temp)

    assert client.get("/").status_code == 200


@pytest.mark.both_databases
def test_a_demotion_acts_at_once(app, client, sink, people):
    people("allow", TEMP, "--role", "owner")
    sign_in(app, client, sink, TEMP)

    assert client.get("/outbox").status_code == 200

    people("allow", TEMP, "--role", "viewer")
    assert client.get("/outbox").status_code == 302

    sign_in(app, client, sink, TEMP)
    assert client.get("/outbox").status_code == 403


@pytest.mark.both_databases
def test_a_rule_ends_with_its_last_day(app, client, other, sink, people, clock):
    people("allow", TEMP, "--role", "staff", "--until", "2999-01-01")
    sign_in(app, client, sink, TEMP)
    with app.app_context():
        rule = Rule.query.one()
        rule.until = rule.added_at.date()
        Rule.query.session.commit()
    clock(days=1)

    assert client.get("/").status_code == 302

    request_link(other, TEMP)
    deliver_emails(app)
    assert len(sink.letters_to(TEMP)) == 1


def test_an_address_taken_out_of_the_settings_is_out(app, client, other, sink, environ, tmp_path):
    sign_in(app, client, sink, STAFF)
    request_link(other, STAFF)
    link = read_email(app, sink, STAFF).link
    client.application = other.application = make_app({**environ, "ALLOWED_EMAILS": ""}, tmp_path)

    assert client.get("/").status_code == 302
    assert confirm_link(other, link).status_code == 410
    assert other.page.h1.get_text() == "This link is no longer valid"


def test_the_asking_page_does_not_tell_that_somebody_was_removed(app, client, other, people, temp):
    pages = []
    for browser, address in ((client, temp), (other, STRANGER)):
        request_link(browser, address)
        deliver_emails(app)
    people("remove", temp)

    for browser in (client, other):
        answers = [browser.get("/sign-in/code").status_code, enter_code(browser, "ABC-123").status_code]
        pages.append((answers, browser.page.main.get_text()))

    assert pages[0] == pages[1]


def test_a_removal_ends_only_what_it_must(app, client, sink, people, temp):
    sign_in(app, client, sink, OWNER)
    people("remove", temp)

    assert client.get("/").status_code == 200
    assert live(app) == 1


@contextmanager
def holding_up_admissions(database_url, address):
    """Delay the end of a sign-in until two others wait; SQLite has its writers take turns."""
    if not database_url.startswith("postgres"):
        yield lambda _count: None
        return
    with psycopg.connect(database_url) as held:
        columns = "(address, domain, since, public_id) VALUES (%s, %s, now(), 'somebody')"
        held.execute(f"INSERT INTO people {columns}", [address, "@agency.example"])
        yield lambda count: wait_for_waiting(database_url, count)
        held.rollback()


def wait_for_waiting(database_url, count):
    """Wait until so many connections wait for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(database_url, autocommit=True) as watcher:
        until = time.monotonic() + 20
        while watcher.execute(waiting).fetchone()[0] < count:
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.mark.both_databases
def test_a_removal_that_meets_the_press_leaves_no_session(app, client, sink, people, temp, database_url):
    request_link(client, temp)
    link = read_email(app, sink, temp).link

    with ThreadPoolExecutor() as pool, holding_up_admissions(database_url, temp) as wait_until_waiting:
        pressed = pool.submit(confirm_link, client, link)
        wait_until_waiting(1)
        removed = pool.submit(people, "remove", temp)
        wait_until_waiting(2)
    assert pressed.result().status_code in (303, 410)

    removed.result()
    assert client.get("/").status_code == 302

    people("allow", temp, "--role", "staff")
    assert client.get("/").status_code == 302
    assert live(app) == 0
