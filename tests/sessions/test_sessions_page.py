"""The page of sessions: everyone sees and ends their own, an owner anyone's."""

import json

import pytest

from shop.extensions import db
from shop.sessions import login_sessions, queries
from shop.web.request_info import NO_REQUEST
from tests.conftest import browser_of
from tests.oauth_clients import register_client
from tests.people.rule_helpers import details, entries, run
from tests.sample_people import CUSTOMER, OWNER, STAFF, VIEWER
from tests.sessions.test_login_session import rows
from tests.sign_in_flow import sign_in, sign_in_through_client

PAGE = "/sessions"
EVERYBODY = "/sessions?of=everybody"


@pytest.fixture
def second(app, client, sink):
    """The staff member is signed in twice: in `client` as session 1, and in this browser as session 2."""
    sign_in(app, client, sink, STAFF)
    browser = browser_of(app)
    browser.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
    sign_in(app, browser, sink, STAFF)
    return browser


@pytest.fixture
def owner(app, sink):
    browser = browser_of(app)
    sign_in(app, browser, sink, OWNER)
    return browser


def is_in(browser):
    return browser.get("/").status_code == 200


def lines(browser, page=PAGE):
    assert browser.get(page).status_code == 200
    return [line.get_text(" ", strip=True) for line in browser.page.tbody.find_all("tr")]


def ended(app):
    return [(one["address"], one["session"], one["reason"]) for one in details(app, "session_ended")]


def test_one_sees_ones_own_in_words_and_which_is_this(client, second, owner):
    newer, older = lines(client)

    assert "iOS" in newer
    assert all(word in older for word in ("Firefox on Linux", "127.0.0.1", "Link", "This browser"))
    assert "This browser" not in newer


def test_a_session_that_two_end_at_once_leaves_one_entry(app, client, second):
    with app.app_context():
        session = queries.find_session(1)
        assert login_sessions.end_by_command(session, STAFF)
        assert not login_sessions.end_by_command(session, STAFF)
        login_sessions.sign_out(1, STAFF, NO_REQUEST)
        db.session.commit()
    assert ended(app) == [(STAFF, 1, "ended by command")]
    assert details(app, "signed_out") == []


def test_one_sees_nobody_elses(client, second, owner):
    assert len(lines(client)) == 2
    assert OWNER not in client.page.get_text()
    assert "everybody" not in client.page.decode()


def test_an_owner_sees_everybodys(client, second, owner):
    assert len(lines(owner)) == 1
    found = lines(owner, EVERYBODY)
    assert [sum(address in line for line in found) for address in (OWNER, STAFF)] == [1, 2]


def test_a_session_says_for_which_client_it_was_begun(app, client, second, owner, sink):
    client_id = register_client(app, name="Till", who="staff").id
    sign_in_through_client(app, browser_of(app), sink, STAFF, client_id)

    assert [line.endswith("Till Sign out") for line in lines(client)] == [True, False, False]
    assert "Admin" in lines(client)[1]

    [row] = [row for row in json.loads(run(app, "sessions", "list", "--json").stdout) if row["client"]]
    assert (row["address"], row["client"]) == (STAFF, "Till")

    run(app, "clients", "remove", client_id)
    assert "Removed app" in lines(client)[0]


def test_a_customer_sees_and_ends_their_own_alone(app, client, other, owner, sink):
    client_id = register_client(app).id
    for browser in (client, other):
        sign_in_through_client(app, browser, sink, CUSTOMER, client_id)

    assert len(lines(client)) == 2
    assert not client.page.select(".tabs")
    assert client.get(EVERYBODY).status_code == 403
    assert client.submit("/sessions/1/end", of=PAGE).status_code == 404
    assert client.submit("/sessions/others/end", of=PAGE).status_code == 303
    assert [one.get("/account").status_code for one in (client, other)] == [200, 302]
    assert is_in(owner)


@pytest.mark.parametrize("address", [STAFF, VIEWER])
def test_others_do_not_see_everybodys(app, client, sink, owner, address):
    sign_in(app, client, sink, address)
    assert client.get(EVERYBODY).status_code == 403
    assert OWNER not in client.page.get_text()


def test_nobody_is_led_to_the_door(client):
    assert client.get(PAGE).status_code == 302
    assert client.submit("/sessions/1/end", of="/sign-in").status_code == 302


def test_one_ends_one_of_ones_own(app, client, second):
    assert client.submit("/sessions/2/end", of=PAGE).status_code == 303
    assert (is_in(client), is_in(second)) == (True, False)
    assert ended(app) == [(STAFF, 2, "ended from another browser")]
    assert entries(app, "session_ended")[0].by == STAFF


def test_one_ends_this_very_session(client, second):
    client.submit("/sessions/1/end", of=PAGE)
    assert (is_in(client), is_in(second)) == (False, True)


def test_one_ends_all_others(app, client, second, owner, sink):
    third = browser_of(app)
    sign_in(app, third, sink, STAFF)

    assert client.submit("/sessions/others/end", of=PAGE).status_code == 303
    assert "2 other sessions ended." in page_of(client).get_text()
    assert [is_in(one) for one in (client, second, third, owner)] == [True, False, False, True]
    assert [number for _, number, _ in ended(app)] == [2, 4]


def page_of(browser):
    browser.get(PAGE)
    return browser.page


def test_one_ends_the_only_other(client, second):
    client.submit("/sessions/others/end", of=PAGE)

    assert "1 other session ended." in page_of(client).get_text()


def test_where_there_are_no_others_nothing_is_recorded(app, owner):
    assert owner.submit("/sessions/others/end", of=PAGE).status_code == 303
    assert (is_in(owner), ended(app)) == (True, [])


@pytest.mark.parametrize("address", [STAFF, VIEWER])
def test_another_persons_session_is_not_there(app, client, owner, sink, address):
    sign_in(app, client, sink, address)
    assert client.submit("/sessions/1/end", of=PAGE).status_code == 404
    assert (is_in(owner), ended(app)) == (True, [])


@pytest.mark.parametrize("number", ["0", "999", "99999999999999999999"])
def test_a_session_that_never_was_is_404(client, second, number):
    assert client.submit(f"/sessions/{number}/end", of=PAGE).status_code == 404
    assert is_in(second)


def test_an_owner_ends_anybodys(app, client, second, owner):
    assert owner.submit("/sessions/1/end", of=EVERYBODY).status_code == 303
    assert [is_in(one) for one in (client, second, owner)] == [False, True, True]
    assert ended(app) == [(STAFF, 1, "ended by an owner")]
    assert entries(app, "session_ended")[0].by == OWNER


def test_a_session_is_ended_once(app, client, second):
    for _ in range(2):
        assert client.submit("/sessions/2/end", of=PAGE).status_code == 303
    assert len(ended(app)) == 1
    assert [row["ended_because"] for row in rows(app)] == [None, "ended from another browser"]


def test_an_ended_session_is_not_listed(client, second):
    client.submit("/sessions/2/end", of=PAGE)
    assert len(lines(client)) == 1


def test_without_a_form_token_nothing_ends(client, second):
    assert client.post("/sessions/2/end").status_code == 400
    assert client.post("/sessions/others/end").status_code == 400
    assert is_in(second)


def test_a_get_ends_nothing(client, second):
    assert client.get("/sessions/2/end").status_code == 405
    assert is_in(second)
