"""Retention: ended rows are kept for a while and then deleted, by the worker, in small batches."""

import time
from datetime import timedelta

import pytest

from shop import clock as shop_clock
from shop import retention
from shop.extensions import db
from shop.outbox.models.email import Email
from shop.outbox.worker import Worker
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from tests.sample_people import OWNER, STAFF, STRANGER
from tests.sign_in_flow import deliver_emails, request_link, sign_in

pytestmark = pytest.mark.both_databases

TABLES = (Email, SignInRequest, LoginSession)


def rows(app):
    """Return the numbers of emails, requests and sessions."""
    with app.app_context():
        return tuple(table.query.count() for table in TABLES)


def tidy(app):
    """Run the cleanup of a new worker without any email to deliver."""
    worker = Worker(app)
    worker.tidy()
    worker.stop()


def test_what_is_over_is_kept_for_a_while(app, client, other, sink, clock):
    sign_in(app, client, sink, OWNER)
    request_link(other, STRANGER)
    deliver_emails(app)
    clock(days=29)

    tidy(app)
    assert rows(app) == (2, 2, 1)

    clock(days=31)
    tidy(app)
    assert rows(app) == (0, 0, 1)


def test_it_is_kept_thirty_days_to_the_moment(app, client, sink, clock):
    request_link(client, STRANGER)
    deliver_emails(app)
    clock(days=30)

    tidy(app)
    assert rows(app)[:2] == (0, 0)


def test_a_session_is_kept_for_ninety_days_after_its_end(app, client, sink, clock):
    sign_in(app, client, sink, OWNER)
    client.submit("/sign-out", of="/")
    clock(days=89)

    tidy(app)
    assert rows(app)[2] == 1

    clock(days=91)
    tidy(app)
    assert rows(app)[2] == 0


def test_a_session_that_idled_out_goes_ninety_days_after_that(app, client, sink, clock):
    sign_in(app, client, sink, OWNER)
    clock(days=90, hours=11)

    tidy(app)
    assert rows(app)[2] == 1

    clock(days=90, hours=13)
    tidy(app)
    assert rows(app)[2] == 0


def test_a_letter_that_waits_is_never_deleted(app, client, sink, clock):
    request_link(client, STAFF)
    clock(days=400)

    tidy(app)

    assert rows(app)[0] == 1
    assert sink.received == []


def test_a_letter_that_outlived_its_request_is_withheld(app, client, sink, clock):
    request_link(client, STAFF)
    clock(days=31)

    tidy(app)
    assert rows(app)[:2] == (1, 0)

    deliver_emails(app)
    assert sink.received == []
    with app.app_context():
        assert (Email.query.one().outcome, Email.query.one().fault) == ("withheld", "the request is gone")


def test_a_worker_in_use_tidies_at_most_once_an_hour(app, client, sink, clock):
    worker = Worker(app)
    worker.tidy()
    request_link(client, STRANGER)
    deliver_emails(app)
    clock(days=31)

    worker.tidy()
    assert rows(app)[:2] == (1, 1)

    worker.tidy_at = time.monotonic()
    worker.tidy()
    assert rows(app)[:2] == (0, 0)
    worker.stop()


def test_a_running_worker_tidies_by_itself(app, client, sink, clock):
    request_link(client, STRANGER)
    deliver_emails(app)
    clock(days=31)
    worker = Worker(app)
    worker.start()
    until = time.monotonic() + 20
    while rows(app)[:2] != (0, 0) and time.monotonic() < until:
        time.sleep(0.05)

    worker.stop()

    assert rows(app)[:2] == (0, 0)


def test_many_rows_go_in_small_batches(app, monkeypatch, clock):
    monkeypatch.setattr(retention, "BATCH", 10)
    with app.app_context():
        at = shop_clock.now()
        db.session.add_all(old_letter(number, at) for number in range(35))
        db.session.commit()
        clock(days=31)
        assert retention.prune_batch(retention.retention_rules["letters"]) == 10
        db.session.commit()

    tidy(app)

    assert rows(app)[0] == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite writers take turns anyway
def test_a_row_that_another_holds_is_left_for_the_next_time(app, clock):
    with app.app_context():
        db.session.add_all(old_letter(number, shop_clock.now()) for number in range(3))
        db.session.commit()
        clock(days=31)
        with db.engine.connect() as another:
            another.execute(db.text("SELECT id FROM letters WHERE ref = '1' FOR UPDATE"))
            tidy(app)
            assert rows(app)[0] == 1

    tidy(app)
    assert rows(app)[0] == 0


def old_letter(number, at):
    """Return an email that was delivered at that time."""
    facts = {"kind": "sign_in_link", "ref": str(number), "to": STAFF, "data": {}, "message_id": f"<{number}@shop>"}
    return Email(**facts, posted_at=at, due_at=at, settled_at=at + timedelta(seconds=1), outcome="delivered")


@pytest.mark.parametrize("name", ["letters", "requests", "sessions"])
def test_each_room_has_its_rule(app, name):
    assert retention.retention_rules[name].table in TABLES
