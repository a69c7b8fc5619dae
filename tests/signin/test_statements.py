"""How many statements each request at the door makes: most of its time goes there, much of it under the one lock."""

import pytest

from tests.sample_people import STAFF
from tests.sign_in_flow import deliver_emails, open_link, request_link, sign_in
from tests.sql_statements import record_statements

pytestmark = pytest.mark.both_databases
OTHERS = ("SELECT clock_timestamp()", "SELECT pg_advisory_xact_lock")  # asked of PostgreSQL alone


def counted(made):
    return len([one for one in made if not one.startswith(OTHERS)])


def statements_of(client, path, **data):
    """Return how many statements a press of a button makes, without those for its page."""
    data["csrf_token"] = client.token()
    with record_statements() as made:
        assert client.post(path, data=data).status_code == 303
    return counted(made)


def test_asking_takes_seven(client, other):
    request_link(other, STAFF)  # the first entry of a log makes sure that the shop is new

    assert statements_of(client, "/sign-in", email=STAFF) == 7


def test_a_second_sign_in_takes_few(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    request_link(other, STAFF)
    deliver_emails(app)
    link = sink.letters_to(STAFF)[-1].link

    open_link(other, link)

    assert statements_of(other, "/sign-in/link") == 14


def test_a_page_begins_with_two(app, client, sink):
    sign_in(app, client, sink, STAFF)

    with record_statements() as made:
        assert client.get("/keys").status_code == 200

    assert counted(made) == 2
