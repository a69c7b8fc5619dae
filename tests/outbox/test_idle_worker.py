"""An idle worker sleeps, and an overloaded one leaves nothing behind."""

from time import monotonic, sleep

import pytest

from shop.outbox import worker
from shop.outbox.worker import Worker
from tests.conftest import browser_of
from tests.outbox.test_workers import wait_until
from tests.processes import PATIENCE
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import request_link
from tests.sql_statements import record_statements


@pytest.fixture
def environ(environ, scripted):
    return environ | {"MAIL_PORT": str(scripted.port)}


def test_a_worker_without_letters_asks_for_them_once_in_a_while(app, client, scripted, outcomes):
    running = Worker(app)
    running.start()
    request_link(client, STAFF)
    wait_until(lambda: outcomes() == {"delivered": 1})

    with record_statements() as made:
        sleep(0.5)
    running.stop()

    assert len(made) < 20  # a busy loop would make hundreds


def test_a_letter_that_is_posted_wakes_a_worker_that_rests(app, client, scripted, outcomes, monkeypatch):
    running = Worker(app)

    with monkeypatch.context() as for_long:
        for_long.setattr(worker, "POLL", 2 * PATIENCE)
        running.start()
        wait_until(lambda: running.tidy_at > monotonic())  # it has looked for emails, and found none
        request_link(client, STAFF)
        wait_until(lambda: len(scripted.received) == 1)
    running.stop()

    assert outcomes() == {"delivered": 1}


def test_letters_that_wait_for_a_busy_sender_are_delivered_before_the_command_ends(
    app, scripted, outcomes, monkeypatch
):
    monkeypatch.setattr(worker, "POLL", 0.05)
    scripted.seconds_a_letter = 0.3
    for address in (STAFF, OWNER, VIEWER):
        request_link(browser_of(app), address)

    alone = Worker(app, senders=1)
    alone.work_until_empty()

    assert outcomes() == {"delivered": 3}
    alone.stop()
