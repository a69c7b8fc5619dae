"""`flask outbox work`: delivers until it is told to stop, or once; refuses without a mail server."""

import signal
import threading

import pytest

from tests.conftest import browser_of, make_app
from tests.outbox.test_workers import wait_until
from tests.outbox.worker_process import sender_threads
from tests.people.rule_helpers import run
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import deliver_emails, request_link, sign_in


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


@pytest.fixture
def local(environ, tmp_path):
    """The app of `make run`, whose emails are shown on a page."""
    mailless = {name: value for name, value in environ.items() if not name.startswith("MAIL_")}
    return make_app({**mailless, "SHOP_LOCAL": "1"}, tmp_path)


@pytest.fixture
def signals():
    """Restore this thread's signal handlers after the test."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_what_is_due_is_delivered_and_then_it_ends(app, client, scripted, outcomes):
    request_link(client, STAFF)

    assert run(app, "outbox", "work", "--until-empty").exit_code == 0
    wait_until(lambda: not sender_threads())
    assert len(scripted.letters_to(STAFF)) == 1
    assert outcomes() == {"delivered": 1}


def test_it_delivers_until_it_is_told_to_stop(app, client, scripted, outcomes, signals):
    here, is_over, ended_by_itself = threading.get_ident(), threading.Event(), []

    def tell():
        try:
            wait_until(lambda: len(scripted.received) == 1)
            ended_by_itself.append(is_over.wait(0.3))
        finally:
            if not is_over.is_set():
                signal.pthread_kill(here, signal.SIGTERM)

    request_link(client, STAFF)
    telling = threading.Thread(target=tell)
    telling.start()
    ended = run(app, "outbox", "work")
    is_over.set()

    telling.join()

    assert (ended.exit_code, ended_by_itself) == (0, [False])
    assert outcomes() == {"delivered": 1}
    wait_until(lambda: not sender_threads())


def test_with_unsafe_settings_nothing_is_delivered_except_by_make_run(app, client, scripted, outcomes):
    request_link(client, STAFF)
    app.config["SECRET_KEY"] = "short"  # only a command starts with it

    refused = run(app, "outbox", "work", "--until-empty")
    assert (refused.exit_code, outcomes()) == (1, {"waiting": 1})
    assert "SECRET_KEY is shorter than 32 characters." in refused.stderr

    app.config["LOCAL"] = True
    assert run(app, "outbox", "work", "--until-empty").exit_code == 0
    assert outcomes() == {"delivered": 1}


def test_without_a_mail_server_it_says_who_shows_the_letters(local):
    refused = run(local, "outbox", "work", "--until-empty")
    assert refused.exit_code == 1
    assert "`make run` shows emails on its mailbox page" in refused.stderr


def test_without_a_mail_server_a_letter_is_shown_on_the_page_of_this_machine(local, capsys):
    browser = browser_of(local)
    request_link(browser, STAFF)
    deliver_emails(local)
    browser.get("/dev/mailbox")

    shown = browser.page.get_text(" ", strip=True)
    assert f"To {STAFF}" in shown
    assert "/sign-in/link/" in shown
    assert f"New email for {STAFF} in the mailbox: " in capsys.readouterr().out


def test_letters_of_an_unknown_outcome_are_not_found(app, client, scripted):
    sign_in(app, client, scripted, OWNER)
    assert client.get("/outbox?outcome=delivered").status_code == 200
    assert client.get("/outbox?outcome=eaten").status_code == 404
