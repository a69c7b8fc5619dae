"""The link: opened by anyone, redeemed by one click in the browser that asked."""

import psycopg
import pytest
from sqlalchemy import event

from shop.extensions import db
from shop.sessions.models.login_session import LoginSession
from tests.sample_people import OWNER, STAFF, STRANGER
from tests.sign_in_flow import confirm_link, deliver_emails, link_path, open_link, read_email, request_link, sign_in

pytestmark = pytest.mark.both_databases


def sessions(app):
    with app.app_context():
        return LoginSession.query.count()


def test_a_link_signs_in(app, client, sink):
    answer = sign_in(app, client, sink, OWNER)

    assert answer.status_code == 303
    assert client.get("/").status_code == 200
    assert OWNER in client.page.get_text()


def test_a_link_leads_to_the_page_first_wanted(app, client, sink):
    assert client.get("/outbox?outcome=failed").location == "/sign-in?next=/outbox?outcome%3Dfailed"
    answer = sign_in(app, client, sink, OWNER, wanted="/outbox?outcome%3Dfailed")
    assert answer.location == "/outbox?outcome=failed"


def test_a_link_works_once(app, client, sink):
    request_link(client, STAFF)
    link = read_email(app, sink, STAFF).link

    assert confirm_link(client, link).status_code == 303

    again = confirm_link(client, link)
    assert again.status_code == 410
    assert "already been used" in client.page.h1.get_text()
    assert sessions(app) == 1


def test_a_stranger_gets_no_letter(app, client, sink):
    assert request_link(client, STRANGER).status_code == 303
    deliver_emails(app)
    assert sink.received == []


def test_another_browser_is_shown_the_code_and_no_way_in(app, client, other, sink):
    request_link(client, STAFF)
    letter = read_email(app, sink, STAFF)

    open_link(other, letter.link)
    assert letter.code in other.page.get_text()

    assert confirm_link(other, letter.link).status_code == 403
    assert sessions(app) == 0

    assert confirm_link(client, letter.link).status_code == 303


def test_the_token_leaves_the_address_at_once(app, client, sink):
    request_link(client, STAFF)
    link = read_email(app, sink, STAFF).link
    answer = client.get(link_path(link))

    assert answer.status_code == 303
    assert answer.location == "/sign-in/link"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_presses_a_moment_after_another_browser_is_told_that_it_is_used(app, client, sink, database_url):
    request_link(client, STAFF)
    open_link(client, read_email(app, sink, STAFF).link)
    spend = "UPDATE sign_in_requests SET redeemed_at = asked_at, redeemed_via = 'link' WHERE redeemed_at IS NULL"

    def hurry(_connection, _cursor, statement, *_others):
        if statement.startswith("UPDATE sign_in_requests"):
            with psycopg.connect(database_url, autocommit=True) as other:
                other.execute(spend)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hurry)
    answer = client.submit("/sign-in/link")
    event.remove(engine, "before_cursor_execute", hurry)

    assert answer.status_code == 410
    assert "used" in client.page.h1.get_text()
    with app.app_context():
        assert LoginSession.query.count() == 0
