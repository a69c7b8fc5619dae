"""An error page keeps the frame of a signed-in person, writes nothing, and can be shown without any of that."""

import pytest
from sqlalchemy import select, text, update

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.sessions.models.login_session import LoginSession
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import sign_in

ERRORS = [
    ("GET", "/outbox", 403),
    ("GET", "/nothing-here", 404),
    ("GET", "/orders/999", 404),
    ("POST", "/audit/mine", 405),
    ("POST", "/orders/bulk", 400),  # without its token
]


@pytest.fixture
def staff(app, client, sink):
    sign_in(app, client, sink, STAFF)
    return client


def rows(app):
    """Return what a request could have written: `last seen`, and the entries of the log."""
    with app.app_context():
        return db.session.scalars(select(LoginSession.last_seen_at)).all(), len(db.session.scalars(select(Entry)).all())


def test_a_signed_in_person_keeps_the_frame_and_nothing_is_written(app, staff):
    with app.app_context():
        db.session.execute(update(LoginSession).values(last_seen_at=LoginSession.started_at))
        db.session.commit()
    for method, path, status in ERRORS[1:2] + ERRORS[3:4]:  # not pages of ours: only the error is rendered
        before = rows(app)

        assert staff.open(path, method=method).status_code == status

        assert rows(app) == before, path
    for method, path, status in ERRORS:
        assert staff.open(path, method=method).status_code == status, path
        assert staff.page.select_one(".desk-address").get_text() == STAFF, path
        assert [one["href"] for one in staff.page.select(".desk-nav a")][:2] == ["/", "/orders"], path
        assert f"Error {status}" in staff.page.select_one("main").get_text(), path


def test_too_large_a_form_is_answered_in_the_frame(app, staff):
    answer = staff.post("/orders/bulk", data={"tag": "x" * (app.config["MAX_CONTENT_LENGTH"] + 1)})

    assert answer.status_code == 413
    assert staff.page.select_one(".desk-address").get_text() == STAFF


def test_a_message_that_waits_is_kept_for_the_next_page(app, client, sink):
    sign_in(app, client, sink, OWNER)
    client.submit("/audit/check", of="/audit")

    client.get("/nothing-here")
    assert "The audit log is intact" not in client.page.get_text()

    client.get("/audit")
    assert "The audit log is intact" in client.page.get_text()


def test_who_is_not_signed_in_gets_the_bare_page(client):
    for path in ("/nothing-here", "/sign-in/nothing-here"):
        assert client.get(path).status_code == 404
        assert client.page.select(".desk-top") == []


@pytest.fixture
def without_sessions(app, staff):
    """Hide the table of sessions, and restore it, since the next test uses the same database."""
    rename(app, "login_sessions", "away")
    yield
    rename(app, "away", "login_sessions")


def rename(app, table, name):
    with app.app_context():
        db.session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
        db.session.commit()


@pytest.mark.usefixtures("without_sessions")
def test_where_nobody_can_say_who_is_signed_in_the_error_is_shown_bare(staff):
    assert staff.get("/nothing-here").status_code == 404

    assert staff.page.select(".desk-top") == []
    assert "Page not found" in staff.page.h1.get_text()
