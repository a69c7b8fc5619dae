"""Between claim and outcome: access ends, a lease is lost, the database fails, an email cannot be written."""

from email.errors import HeaderParseError

import pytest
from sqlalchemy import event, text, update

from shop.extensions import db
from shop.outbox import delivery, emails, smtp_connection, worker
from shop.outbox.connection_pool import ConnectionPool
from shop.outbox.message import ForeignHeader, OutgoingMessage, refuse_foreign_headers
from shop.outbox.models.email import Email
from shop.outbox.transports import EmailDeferred, SmtpTransport
from shop.outbox.worker import Worker
from tests.outbox.scripted_smtp_server import SAID, reply_with
from tests.outbox.test_workers import wait_until
from tests.people.rule_helpers import details
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import deliver_emails, request_link

pytestmark = pytest.mark.both_databases


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


def doing(step, act):
    """Do something at a step, and then reply as usual."""

    def do(talk):
        act()
        talk.say(SAID[step])

    return do


def written_letter(subject="Hello"):
    return OutgoingMessage(
        to=STAFF, subject=subject, text="text", html="<p>text</p>", message_id="<1@shop.example>", under=None
    )


def run_sql(app, statement):
    with app.app_context():
        db.session.execute(text(statement))
        db.session.commit()


def test_access_that_ends_while_the_server_is_reached_stops_the_letter(app, client, scripted, outcomes):
    block = doing("banner", lambda: app.test_cli_runner().invoke(args=["people", "block", STAFF]))
    scripted.once("banner", block)
    request_link(client, STAFF)

    deliver_emails(app)

    assert scripted.received == []
    assert outcomes() == {"withdrawn": 1}


def test_a_lease_that_is_lost_while_the_server_is_reached_is_respected(app, client, scripted, outcomes):
    scripted.once("banner", doing("banner", lambda: run_sql(app, "UPDATE letters SET claim = 'another worker'")))
    request_link(client, STAFF)

    deliver_emails(app)

    assert scripted.received == []
    assert outcomes() == {"waiting": 1}


def test_access_that_ends_as_a_letter_is_taken_stops_it(app, client, scripted, outcomes):
    def withdraw(_session):
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE letters SET outcome = 'withdrawn' WHERE claim IS NOT NULL"))

    request_link(client, STAFF)
    event.listen(db.session, "after_commit", withdraw)
    deliver_emails(app)

    event.remove(db.session, "after_commit", withdraw)

    assert (scripted.received, scripted.connections) == ([], 0)
    assert outcomes() == {"withdrawn": 1}


def test_a_lease_that_runs_short_while_the_server_is_reached_is_renewed(app, client, scripted, clock, outcomes):
    def let_another_look():
        clock(seconds=100)
        deliver_emails(app)

    scripted.once("banner", doing("banner", lambda: clock(seconds=50)))
    scripted.once("RCPT", doing("RCPT", let_another_look))
    request_link(client, STAFF)

    deliver_emails(app)

    assert (len(scripted.received), scripted.connections) == (1, 1)
    assert outcomes() == {"delivered": 1}


def test_a_lease_that_is_lost_while_the_letter_is_sent_leaves_the_outcome_to_the_other(app, client, scripted, outcomes):
    scripted.once("kept", doing("kept", lambda: run_sql(app, "UPDATE letters SET claim = 'another worker'")))
    request_link(client, STAFF)

    deliver_emails(app)

    assert len(scripted.received) == 1
    assert outcomes() == {"waiting": 1}
    assert details(app, "sign_in_mailed") == []


def test_a_letter_whose_request_cannot_be_read_is_tried_again_when_its_lease_is_over(
    app, client, scripted, clock, outcomes
):
    hide = doing("banner", lambda: run_sql(app, "ALTER TABLE sign_in_requests RENAME TO hidden_requests"))
    scripted.once("banner", hide)
    request_link(client, STAFF)
    deliver_emails(app)

    run_sql(app, "ALTER TABLE hidden_requests RENAME TO sign_in_requests")
    assert scripted.received == []
    assert outcomes() == {"waiting": 1}

    clock(minutes=2)
    deliver_emails(app)
    assert outcomes() == {"delivered": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL accepts only JSON there
def test_a_letter_that_cannot_be_read_is_left_and_the_log_says_why(app, client, scripted, clock, outcomes, caplog):
    request_link(client, STAFF)
    run_sql(app, "UPDATE letters SET data = substr(data, 2)")
    deliver_emails(app)
    assert scripted.received == []
    assert [one.getMessage() for one in caplog.records if "was left" in one.getMessage()] == [
        "email 1 was left: JSONDecodeError"
    ]

    run_sql(app, "UPDATE letters SET data = '{' || data")
    clock(minutes=2)
    deliver_emails(app)
    assert outcomes() == {"delivered": 1}


def test_a_header_that_was_slipped_into_the_table_never_leaves(app, client, scripted, outcomes):
    request_link(client, STAFF)
    with app.app_context():
        db.session.execute(update(Email).values(message_id="<1@shop.example>\nBcc: x@evil.example"))
        db.session.commit()

    deliver_emails(app)

    assert scripted.received == []
    assert outcomes() == {"waiting": 1}
    with app.app_context():
        words, _, kind = Email.query.one().fault.partition(": ")
        assert (words, kind in ("HeaderParseError", "ForeignHeader")) == ("The email couldn't be sent", True)


@pytest.fixture
def short_pauses(monkeypatch):
    """Shorten the pauses before outcomes are stored again: numbers, not behavior."""
    monkeypatch.setattr(delivery, "STORE_PAUSES", tuple(pause / 20 for pause in delivery.STORE_PAUSES))


@pytest.mark.usefixtures("short_pauses")
def test_a_letter_that_has_left_is_settled_though_its_entry_cannot_be_written(app, client, scripted, clock, outcomes):
    hide = doing("kept", lambda: run_sql(app, "ALTER TABLE audit_entries RENAME COLUMN network TO hidden"))
    request_link(client, STAFF)
    scripted.once("kept", hide)
    deliver_emails(app)
    run_sql(app, "ALTER TABLE audit_entries RENAME COLUMN hidden TO network")
    clock(minutes=5)

    deliver_emails(app)

    assert outcomes() == {"delivered": 1}
    assert len(scripted.received) == 1


def test_a_letter_that_cannot_be_written_keeps_no_other_back(app, client, scripted, outcomes):
    with app.app_context():
        emails.post("of a later version", to=OWNER, ref="1", message_id="<1@shop.example>")
        db.session.commit()
    request_link(client, STAFF)

    deliver_emails(app)

    assert outcomes() == {"delivered": 1, "waiting": 1}
    with app.app_context():
        assert Email.query.filter_by(outcome=None).one().fault == "The email couldn't be written: KeyError"


def test_a_letter_is_given_up_after_two_days(app, scripted, clock, outcomes):
    with app.app_context():
        emails.post("of a later version", to=OWNER, ref="1", message_id="<1@shop.example>")
        db.session.commit()
    deliver_emails(app)
    clock(hours=47)

    deliver_emails(app)
    assert outcomes() == {"waiting": 1}

    clock(hours=49)
    deliver_emails(app)
    assert outcomes() == {"failed": 1}


GONE = "letters RENAME COLUMN {} TO {}"
FAULTS = {
    "the outbox could not be processed: ": (
        "letters RENAME COLUMN due_at TO hidden",
        "letters RENAME COLUMN hidden TO due_at",
    ),
    "the database is not set up: ": ("letters RENAME TO hidden", "hidden RENAME TO letters"),  # an outage has one line
}


@pytest.mark.parametrize("line", FAULTS)
def test_a_running_worker_outlasts_a_fault_of_the_database(app, client, scripted, outcomes, caplog, line):
    there, back = FAULTS[line]
    running = Worker(app, senders=1)
    run_sql(app, f"ALTER TABLE {there}")
    running.start()
    wait_until(lambda: any(one.getMessage().startswith(line) for one in caplog.records))
    run_sql(app, f"ALTER TABLE {back}")
    request_link(client, STAFF)
    wait_until(lambda: len(scripted.received) == 1)

    running.stop()

    assert outcomes() == {"delivered": 1}


def test_a_connection_that_was_never_made_can_be_broken_off(app):
    with app.app_context():
        lent = ConnectionPool()
        transport = lent.take()
        lent.cut()
        lent.give_back(transport)
        assert lent.take() is transport


def test_a_connection_that_was_given_back_is_not_broken_off_with_the_others(app, scripted):
    with app.app_context():
        lent = ConnectionPool()
        for transport in (lent.take(), lent.take()):
            transport.reach()
            lent.give_back(transport)
        lent.cut()
        for transport in (lent.take(), lent.take()):
            transport.reach()

    assert scripted.connections == 2


def test_a_connection_that_was_never_made_can_be_left(app):
    smtp_connection.CancellableSMTP(tls=None, server="127.0.0.1", local_hostname="shop.example").leave()


def test_a_server_that_closes_down_is_not_spoken_to_again(app, scripted):
    scripted.once("RCPT", reply_with("421 4.3.2 closing down"))
    with app.app_context():
        transport = SmtpTransport(app.extensions["mail"])
        written = written_letter()
        transport.reach()
        with pytest.raises(EmailDeferred):
            transport.send(written)

    assert transport.connection is None


def test_what_has_left_is_not_withdrawn(app, client, scripted, outcomes):
    request_link(client, STAFF)
    deliver_emails(app)

    with app.app_context():
        assert emails.withdraw_all(STAFF) == 0
        db.session.commit()
    assert outcomes() == {"delivered": 1}


def test_a_connection_that_nobody_needs_is_closed(app, client, scripted, monkeypatch):
    monkeypatch.setattr(worker, "IDLE", 0.1)
    running = Worker(app)
    running.start()
    request_link(client, STAFF)
    wait_until(lambda: "QUIT" in scripted.verbs)

    running.stop()

    assert len(scripted.received) == 1


def test_a_header_that_is_not_ours_never_leaves(app):
    """Python before 3.12.4 could be tricked into writing one; the bytes themselves are checked."""
    with app.app_context():
        written = written_letter()
        ours = ["Content-Type", "MIME-Version", *written.headers()]
        raw = written.as_bytes()
        refuse_foreign_headers(raw, ours)
        for foreign in (b"Bcc: x@evil.example\r\n", b"Bcc: x@evil.example\n", b"X\r"):
            with pytest.raises(ForeignHeader):
                refuse_foreign_headers(foreign + raw, ours)


@pytest.mark.parametrize("poison", ["=?utf-8?q?a=0ABcc:x=40y.z=0A=0Aevil_body?=", "a\nBcc: x@y.z", "a\r\n\r\nbody"])
def test_a_poisoned_subject_makes_no_header(app, poison):
    with app.app_context():
        written = written_letter(poison)
        try:
            head = written.as_bytes().replace(b"\r", b"").partition(b"\n\n")[0]
        except (ForeignHeader, HeaderParseError):
            return
        assert b"\nBcc" not in head
        assert b"evil_body" in head
