"""The password and the emails are sent in TLS, to a server that proves its name, or not at all."""

import pytest
import trustme

from shop.outbox.models.email import Email
from tests.conftest import make_app
from tests.outbox.conftest import certified
from tests.sample_people import STAFF
from tests.sign_in_flow import deliver_emails, request_link

USER, PASSWORD = "relay-user", "correct-horse-battery-9"
STARTTLS = {"MAIL_USE_TLS": "true"}
IMPLICIT = {"MAIL_USE_SSL": "true"}


@pytest.fixture
def environ(environ, scripted, trusted):
    scripted.account = (USER, PASSWORD)
    scripted.tls = certified(trusted, "localhost")
    login = {"MAIL_SERVER": "localhost", "MAIL_USERNAME": USER, "MAIL_PASSWORD": PASSWORD}
    return environ | STARTTLS | login | {"MAIL_PORT": str(scripted.port)}


def fault_of(app):
    with app.app_context():
        return Email.query.one().fault


def nothing_was_said(scripted):
    """Return whether the server heard nothing of password, sender or email."""
    secrets = ("AUTH", "MAIL", "RCPT", "DATA")
    return scripted.received == [] and not set(secrets) & set(scripted.verbs)


def test_a_letter_goes_through_starttls_with_a_login(app, client, scripted):
    request_link(client, STAFF)
    deliver_emails(app)

    assert len(scripted.letters_to(STAFF)) == 1
    assert scripted.verbs[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]
    assert "AUTH" not in scripted.heard_in_clear


def test_a_letter_goes_through_implicit_tls_with_a_login(environ, tmp_path, scripted):
    scripted.is_implicit = True
    app = make_app({**environ, "MAIL_USE_TLS": "false"} | IMPLICIT, tmp_path)
    request_link(app.test_client(), STAFF)

    deliver_emails(app)

    assert len(scripted.letters_to(STAFF)) == 1
    assert scripted.heard_in_clear == ""


def test_a_stripped_starttls_gets_no_password_and_no_letter(app, client, scripted, outcomes):
    scripted.offers_starttls = False
    request_link(client, STAFF)

    deliver_emails(app)

    assert outcomes() == {"waiting": 1}
    assert nothing_was_said(scripted)
    assert "STARTTLS" in fault_of(app)


@pytest.mark.parametrize("implicit", [False, True])
def test_a_certificate_of_another_name_gets_nothing(
    environ, tmp_path, app, client, scripted, trusted, outcomes, implicit
):
    scripted.tls, scripted.is_implicit = certified(trusted, "elsewhere.example"), implicit
    if implicit:
        app = make_app({**environ, "MAIL_USE_TLS": "false"} | IMPLICIT, tmp_path)
    request_link(app.test_client(), STAFF)

    deliver_emails(app)

    assert outcomes() == {"waiting": 1}
    assert nothing_was_said(scripted)
    assert "CERTIFICATE_VERIFY_FAILED" in fault_of(app)


def test_a_certificate_that_nobody_signed_gets_nothing(app, client, scripted, outcomes):
    scripted.tls = certified(trustme.CA(), "localhost")
    request_link(client, STAFF)

    deliver_emails(app)

    assert outcomes() == {"waiting": 1}
    assert nothing_was_said(scripted)


def test_a_letter_that_waited_for_a_good_certificate_leaves_then(app, client, scripted, trusted, clock):
    scripted.tls = certified(trustme.CA(), "localhost")
    request_link(client, STAFF)
    deliver_emails(app)
    scripted.tls = certified(trusted, "localhost")
    clock(minutes=1)

    deliver_emails(app)

    assert len(scripted.letters_to(STAFF)) == 1


def test_what_is_slipped_in_before_tls_is_not_believed(app, client, scripted, outcomes):
    scripted.injects = b"250-scripted\r\n250 AUTH PLAIN\r\n"
    request_link(client, STAFF)

    deliver_emails(app)

    assert "AUTH" not in scripted.heard_in_clear
    assert outcomes() in ({"waiting": 1}, {"delivered": 1})


def test_a_wrong_password_keeps_the_letter(app, client, scripted, clock, outcomes):
    scripted.account = (USER, "another")
    request_link(client, STAFF)

    deliver_emails(app)
    assert outcomes() == {"waiting": 1}
    assert PASSWORD not in fault_of(app)

    scripted.account = (USER, PASSWORD)
    clock(minutes=1)
    deliver_emails(app)
    assert outcomes() == {"delivered": 1}


def test_no_password_leaves_without_tls_even_where_the_start_is_not_guarded(environ, tmp_path, scripted, outcomes):
    """`make run` starts with any settings; the worker still keeps the password to itself."""
    app = make_app({**environ, "MAIL_USE_TLS": "false", "SHOP_LOCAL": "1"}, tmp_path)
    request_link(app.test_client(), STAFF)

    deliver_emails(app)

    assert outcomes() == {"waiting": 1}
    assert nothing_was_said(scripted)
