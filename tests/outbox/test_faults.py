"""Any fault of the mail server at any step: nothing is lost, and nothing arrives three times."""

import json
import socket
from time import sleep

import pytest

from shop import clock as shop_clock
from shop.extensions import db
from shop.outbox import emails, smtp_connection
from shop.outbox.models.email import Email
from shop.outbox.worker import Worker
from tests.conftest import make_app
from tests.outbox.scripted_smtp_server import STEPS, close, drip, hang, reply_with
from tests.people.rule_helpers import details
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import deliver_emails, request_link, sign_in

BUSY = reply_with("451 4.3.0 try later")
CLOSING = reply_with("421 4.3.2 closing down")
NEVER = reply_with("550 5.7.1 not here, not ever")


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


def arrived_alike(scripted):
    """Return whether everything that arrived is the same email, to its one address."""
    ids = {letter.message["Message-ID"] for letter in scripted.received}
    links = {letter.link for letter in scripted.received}
    recipients = {tuple(letter.recipients) for letter in scripted.received}
    return len(ids) == len(links) == len(recipients) == 1


def fault_of(app):
    with app.app_context():
        return Email.query.one().fault


@pytest.mark.parametrize("fault", [close, BUSY, CLOSING], ids=["close", "451", "421"])
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_loses_nothing(app, client, scripted, clock, outcomes, step, fault):
    scripted.once(step, fault)
    request_link(client, STAFF)
    deliver_emails(app)
    clock(minutes=1)

    deliver_emails(app)

    assert outcomes() == {"delivered": 1}
    assert len(scripted.received) <= (2 if step == "kept" else 1)
    assert arrived_alike(scripted)


@pytest.mark.parametrize("fault", [hang, pytest.param(drip, marks=pytest.mark.slow)])
@pytest.mark.parametrize("step", STEPS)
def test_a_slow_server_holds_nobody_up(app, client, scripted, clock, outcomes, short_limits, step, fault):
    scripted.once(step, fault)
    request_link(client, STAFF)

    deliver_emails(app)
    assert scripted.waited_out == 0

    clock(minutes=1)
    deliver_emails(app)
    assert outcomes() == {"delivered": 1}
    assert len(scripted.received) <= (2 if step == "kept" else 1)
    assert arrived_alike(scripted)


@pytest.mark.both_databases
def test_a_letter_that_is_taken_without_an_answer_goes_twice_and_no_more(app, client, scripted, clock, outcomes):
    scripted.always("kept", close)
    request_link(client, STAFF)

    for minutes in range(9):
        clock(minutes=minutes)
        deliver_emails(app)

    assert outcomes() == {"failed": 1}
    assert len(scripted.received) == 2
    assert arrived_alike(scripted)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "body"])
def test_a_final_refusal_fails_at_once(app, client, scripted, clock, outcomes, step):
    scripted.always(step, NEVER)
    request_link(client, STAFF)

    deliver_emails(app)
    assert outcomes() == {"failed": 1}
    assert "550 5.7.1 not here" in fault_of(app)
    [entry] = details(app, "letter_failed")
    assert (entry["to"], entry["fault"]) == (STAFF, fault_of(app))

    scripted.heal()
    clock(minutes=5)
    deliver_emails(app)
    assert scripted.received == []


def test_a_failed_letter_is_shown_to_the_owner(app, client, other, scripted):
    sign_in(app, client, scripted, OWNER)
    deliver_emails(app)
    scripted.once("RCPT", NEVER)
    request_link(other, STAFF)
    deliver_emails(app)
    client.get("/outbox?outcome=failed")

    assert STAFF in client.page.get_text()
    assert "550 5.7.1 not here" in client.page.get_text()


def test_a_failed_letter_is_listed_on_the_command_line(app, client, scripted):
    scripted.once("RCPT", NEVER)
    request_link(client, STAFF)
    deliver_emails(app)

    listed = app.test_cli_runner().invoke(args=["outbox", "list"])

    assert listed.exit_code == 0
    assert STAFF in listed.output
    assert "550 5.7.1 not here" in listed.output


def test_the_list_is_for_programs_too(app, client, scripted):
    scripted.once("RCPT", NEVER)
    request_link(client, STAFF)
    deliver_emails(app)

    listed = app.test_cli_runner().invoke(args=["outbox", "list", "--outcome", "failed", "--json"])

    assert listed.exit_code == 0
    said = json.loads(listed.output)
    assert said["counts"] == {"failed": 1}
    assert [(row["to"], row["outcome"], row["attempts"]) for row in said["letters"]] == [(STAFF, "failed", 1)]


def pauses_of(app, clock, tries):
    """Deliver so often, each time exactly when the email falls due again; return the pauses in seconds."""
    passed, pauses = 0.0, []
    for _ in range(tries):
        deliver_emails(app)
        with app.app_context():
            wait = (Email.query.one().due_at - shop_clock.now()).total_seconds()
        pauses.append(wait)
        passed += wait + 0.5
        clock(seconds=passed)
    return pauses


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("step", "fault", "seconds"),
    [
        ("RCPT", BUSY, [5, 15, 60, 300, 900]),
        ("banner", close, [1, 2, 4, 8, 15, 30, 30]),
        ("MAIL", close, [5, 15, 60, 300, 900]),
        ("body", BUSY, [5, 15, 60, 300, 900]),
    ],
)
def test_the_pauses_grow_and_are_longer_for_one_letter_than_for_all(app, client, scripted, clock, step, fault, seconds):
    scripted.always(step, fault)
    request_link(client, STAFF)

    pauses = pauses_of(app, clock, len(seconds))

    assert [round(pause) for pause in pauses] == seconds


def test_no_server_at_all_is_waited_for(app, client, scripted, clock, outcomes):
    scripted.stop()
    request_link(client, STAFF)

    pauses = pauses_of(app, clock, 4)
    assert pauses == sorted(pauses)
    assert outcomes() == {"waiting": 1}
    assert "ConnectionRefusedError" in fault_of(app)


def test_one_refused_letter_keeps_no_other_back(app, client, other, scripted, outcomes):
    scripted.once("RCPT", NEVER)
    request_link(client, STAFF)
    request_link(other, OWNER)

    deliver_emails(app)

    assert outcomes() == {"failed": 1, "delivered": 1}
    assert len(scripted.received) == 1


def test_a_connection_that_died_while_kept_is_made_anew(app, client, other, scripted, outcomes):
    scripted.once("accepted", close)
    keeping = Worker(app, senders=1)
    request_link(client, STAFF)
    keeping.work_until_empty()
    request_link(other, OWNER)
    keeping.work_until_empty()

    keeping.stop()

    assert outcomes() == {"delivered": 2}
    assert (len(scripted.received), scripted.connections) == (2, 2)


@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("fault", [hang, drip])
def test_a_connection_that_answers_no_more_while_kept_is_made_anew(app, client, other, scripted, outcomes, fault):
    keeping = Worker(app, senders=1)
    request_link(client, STAFF)
    keeping.work_until_empty()
    scripted.once("NOOP", fault)
    request_link(other, OWNER)
    keeping.work_until_empty()

    keeping.stop()

    assert outcomes() == {"delivered": 2}
    assert (scripted.connections, scripted.waited_out) == (2, 0)


def test_garbage_is_no_refusal(app, client, scripted, clock, outcomes):
    scripted.once("MAIL", reply_with("HTTP/1.1 400 Bad Request"))
    scripted.once("RCPT", reply_with("250 " + "x" * 9000))
    request_link(client, STAFF)

    deliver_emails(app)
    assert outcomes() == {"waiting": 1}

    for minutes in (1, 2):
        clock(minutes=minutes)
        deliver_emails(app)
    assert outcomes() == {"delivered": 1}
    assert len(scripted.received) == 1


def test_a_server_whose_name_is_found_too_late_is_not_spoken_to(
    app, client, scripted, clock, outcomes, short_limits, monkeypatch
):
    """The connection is established after its timeout."""

    def slowly(*args, **kwargs):
        sleep(3 * smtp_connection.OPENING_TIMEOUT)
        return quickly(*args, **kwargs)

    quickly = socket.getaddrinfo
    request_link(client, STAFF)

    with monkeypatch.context() as at_first:
        at_first.setattr(socket, "getaddrinfo", slowly)
        deliver_emails(app)
    assert outcomes() == {"waiting": 1}
    assert "it took too long to connect" in fault_of(app)
    assert scripted.verbs == []

    clock(minutes=1)
    deliver_emails(app)
    assert outcomes() == {"delivered": 1}


def test_a_greeting_that_refuses_is_no_greeting(app, client, scripted, outcomes):
    scripted.always("banner", reply_with("554 no mail from you"))
    request_link(client, STAFF)

    deliver_emails(app)

    assert outcomes() == {"waiting": 1}
    assert scripted.verbs == []
    assert "554 no mail from you" in fault_of(app)


def quote_the_letter(scripted, letter):
    """Refuse like a filter that quotes the reason."""
    scripted.always("body", reply_with(f"550 spam: {letter.link} and {letter.code} ({letter.link.rpartition('/')[2]})"))


@pytest.mark.parametrize(("host", "name"), [("door.example", "door.example"), ("192.0.2.7", "[192.0.2.7]")])
def test_the_server_is_greeted_by_a_name_or_an_address_in_its_spelling(environ, tmp_path, scripted, host, name):
    """As RFC 5321, 4.1.3 spells one."""
    app = make_app({**environ, "PUBLIC_URL": f"https://{host}", "PROXY_COUNT": "0"}, tmp_path)
    with app.app_context():
        emails.post("break_glass", to=OWNER, ref="1", message_id="<1@shop.example>", data={"address": STAFF})
        db.session.commit()

    deliver_emails(app)

    assert scripted.heard[0] == (f"ehlo {name}", False)
    assert len(scripted.letters_to(OWNER)) == 1


def test_a_refusal_that_quotes_the_letter_gives_no_link_away(app, client, scripted, clock, caplog, capsys):
    request_link(client, STAFF)
    deliver_emails(app)
    letter = scripted.received[0]
    quote_the_letter(scripted, letter)
    clock(minutes=2)
    client.submit("/sign-in/again", of="/sign-in/code")
    deliver_emails(app)

    listed = app.test_cli_runner().invoke(args=["outbox", "list"]).output + caplog.text

    assert "550 spam" in listed
    assert letter.code not in listed
    assert letter.link.rpartition("/")[2] not in listed


def test_limits_fit_into_the_lease():
    longest = smtp_connection.STEP_TIMEOUT + smtp_connection.OPENING_TIMEOUT + smtp_connection.EMAIL_TIMEOUT
    assert longest < emails.LEASE.total_seconds()
