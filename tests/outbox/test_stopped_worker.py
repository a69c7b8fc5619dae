"""A worker that is told to stop: it claims no more emails, finishes those in flight, and leaves nothing behind."""

from time import monotonic

import pytest

from shop.outbox import smtp_connection, worker
from shop.outbox.models.email import Email
from shop.outbox.worker import Worker
from tests.conftest import browser_of
from tests.outbox.scripted_smtp_server import LONGEST_HANG, hang
from tests.outbox.test_workers import wait_until
from tests.outbox.worker_process import sender_threads
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import request_link

pytestmark = pytest.mark.both_databases


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


def letters_left(app):
    with app.app_context():
        return Email.query.filter_by(outcome=None).count()


def test_a_worker_that_is_stopped_does_not_wait_for_a_hung_server(app, client, scripted, outcomes, monkeypatch):
    monkeypatch.setattr(worker, "SHUTDOWN", 0.3)
    monkeypatch.setattr(smtp_connection, "STEP_TIMEOUT", 2 * LONGEST_HANG)
    scripted.always("RCPT", hang)
    running = Worker(app)
    running.start()
    request_link(client, STAFF)
    wait_until(lambda: "RCPT" in scripted.verbs)
    running.stop()
    wait_until(lambda: not sender_threads())

    assert scripted.waited_out == 0
    assert outcomes() == {"waiting": 1}


def test_a_worker_that_is_stopped_does_not_wait_for_each_letter_in_turn(app, scripted, monkeypatch):
    monkeypatch.setattr(worker, "SHUTDOWN", 0.3)
    scripted.always("RCPT", hang)
    running = Worker(app, senders=3)
    running.start()
    for address in (STAFF, OWNER, VIEWER):
        request_link(browser_of(app), address)
    wait_until(lambda: scripted.verbs.count("RCPT") == 3)

    began = monotonic()
    running.stop()

    assert monotonic() - began < 2.5  # one second for each would make three
    wait_until(lambda: not sender_threads())


def test_a_worker_that_is_stopped_while_every_sender_is_busy_claims_nothing_more(
    app, client, other, scripted, outcomes, monkeypatch
):
    monkeypatch.setattr(worker, "POLL", 0.05)
    monkeypatch.setattr(worker, "SHUTDOWN", 1.0)
    scripted.always("RCPT", hang)
    running = Worker(app, senders=1)
    running.start()
    request_link(client, STAFF)
    wait_until(lambda: "RCPT" in scripted.verbs)
    request_link(other, OWNER)
    running.stop()
    wait_until(lambda: not sender_threads())

    assert outcomes() == {"waiting": 2}
    with app.app_context():
        assert sorted(letter.attempts for letter in Email.query) == [0, 1]


def test_a_worker_that_is_stopped_lets_letters_in_flight_arrive_and_takes_no_more(app, scripted, outcomes):
    scripted.seconds_a_letter = 1.0
    running = Worker(app, senders=2)
    running.start()
    for address in (STAFF, OWNER, VIEWER):
        request_link(browser_of(app), address)
    wait_until(lambda: scripted.verbs.count("DATA") == 2)

    running.stop()

    assert outcomes() == {"delivered": 2, "waiting": 1}
    assert len(scripted.received) == 2


def test_a_worker_keeps_no_program_from_ending(app):
    running = Worker(app)
    running.start()
    threads = sender_threads()
    running.stop()

    assert len(threads) > 1
    assert all(thread.daemon for thread in threads)


def test_a_stopped_worker_leaves_no_thread_and_no_connection(app, client, scripted):
    for _ in range(3):
        running = Worker(app)
        running.start()
        request_link(client, STAFF)
        wait_until(lambda: "QUIT" not in scripted.verbs[-1:] and letters_left(app) == 0)
        running.stop()
    wait_until(lambda: not sender_threads())
    wait_until(lambda: scripted.verbs.count("QUIT") == scripted.connections)
