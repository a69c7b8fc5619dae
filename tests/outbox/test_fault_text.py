"""The stored text of a server's refusal: one printable line of 300 characters; and which email is first."""

import pytest

from shop.extensions import db
from shop.outbox import emails
from shop.outbox.models.email import Email
from tests.conftest import browser_of, make_app
from tests.outbox.scripted_smtp_server import close, reply_with
from tests.people.rule_helpers import details
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import deliver_emails, read_email, request_link


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


def fault_of(app):
    with app.app_context():
        return Email.query.one().fault


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "body"])
@pytest.mark.parametrize("code", [451, 550])
def test_a_refusal_is_kept_in_one_printable_line(app, client, scripted, step, code):
    scripted.once(step, reply_with(f"{code}-no\x07 mail\r\n{code} from\tcafé"))
    request_link(client, STAFF)
    deliver_emails(app)

    assert fault_of(app) == f"{code} no  mail from caf\ufffd\ufffd"


@pytest.mark.parametrize("code", [451, 550])
def test_a_long_refusal_is_cut(app, client, scripted, code):
    scripted.once("RCPT", reply_with(f"{code} {'no ' * 200}"))
    request_link(client, STAFF)
    deliver_emails(app)

    assert fault_of(app) == f"{code} {'no ' * 200}"[:300]
    assert [one["fault"] for one in details(app, "letter_failed")] == ([fault_of(app)] if code == 550 else [])


@pytest.mark.parametrize(
    ("step", "hours", "words"), [("kept", 0, "SMTPServerDisconnected: "), ("RCPT", 49, "451 later")]
)
def test_a_letter_that_is_given_up_says_why_it_was_not_taken(app, scripted, clock, step, hours, words):
    scripted.always(step, close if step == "kept" else reply_with("451 later"))
    with app.app_context():
        emails.post("break_glass", to=OWNER, ref="1", message_id="<1@shop.example>", data={"address": STAFF})
        db.session.commit()

    for minutes in (0, 1, 60 * hours + 2):
        clock(minutes=minutes)
        deliver_emails(app)

    assert fault_of(app).startswith(words)
    assert details(app, "letter_failed") == [{"letter": 1, "to": OWNER, "fault": fault_of(app)}]


def test_what_waited_longest_since_it_was_due_goes_first(app, scripted, clock):
    scripted.once("RCPT", reply_with("451 later"))  # retried after five seconds
    request_link(browser_of(app), STAFF)
    deliver_emails(app)
    for seconds, address in ((3, OWNER), (6, VIEWER)):
        clock(seconds=seconds)
        request_link(browser_of(app), address)

    deliver_emails(app)

    assert [letter.recipients for letter in scripted.received] == [[OWNER], [STAFF], [VIEWER]]


@pytest.mark.parametrize(
    ("host", "named"), [("shop.example", "shop.example"), (f"{'x' * 40}.{'y' * 50}.example", "localhost")]
)
def test_a_letter_is_numbered_under_the_senders_host_unless_that_is_too_long(environ, tmp_path, scripted, host, named):
    app = make_app(environ | {"MAIL_DEFAULT_SENDER": f"door@{host}"}, tmp_path)
    request_link(browser_of(app), STAFF)

    assert read_email(app, scripted, STAFF).message["Message-ID"].endswith(f"@{named}>")


def test_a_letter_keeps_what_it_is_about_over_its_tries(app, scripted, clock):
    with app.app_context():
        emails.post("break_glass", to=OWNER, ref="1", message_id="<1@shop.example>", data={"address": STAFF})
        db.session.commit()
    scripted.once("RCPT", reply_with("451 later"))
    scripted.once("banner", reply_with("421 later"))

    for seconds in (0, 60, 120):
        clock(seconds=seconds)
        deliver_emails(app)

    [letter] = scripted.received
    assert STAFF in letter.text
    assert letter.message["Message-ID"] == "<1@shop.example>"
    with app.app_context():
        one = Email.query.one()
        assert (one.outcome, one.attempts, one.data["address"], one.fault) == ("delivered", 3, STAFF, None)
