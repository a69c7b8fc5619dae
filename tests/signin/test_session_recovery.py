"""The response of a sign-in was lost: the requesting browser gets the same session again, for a minute."""

import pytest

from shop.sessions.models.login_session import LoginSession
from tests.conftest import browser_of
from tests.sample_people import STAFF
from tests.sign_in_flow import confirm_link, enter_code, open_link, read_email, request_link, sign_in


@pytest.fixture
def lost(app, client, sink):
    """The email of a browser that signed in, but never received the response."""
    request_link(client, STAFF)
    letter = read_email(app, sink, STAFF)
    wire = browser_of(app)
    wire._cookies = dict(client._cookies)  # the same browser up to the moment when the response is lost
    assert confirm_link(wire, letter.link).status_code == 303
    return letter


def sessions(app):
    with app.app_context():
        return LoginSession.query.count()


def collect(client):
    return client.submit("/sign-in/collect", of="/sign-in")


def offers_to_go_on(client):
    return client.page.find("form", action="/sign-in/collect") is not None


def is_in(client):
    return client.get("/").status_code == 200


def test_the_asking_browser_goes_on_with_the_same_session(app, client, lost):
    assert open_link(client, lost.link).status_code == 410
    assert offers_to_go_on(client)

    assert collect(client).location == "/"
    assert is_in(client)
    assert sessions(app) == 1


def test_pressing_or_typing_once_more_offers_the_same(app, client, lost):
    assert confirm_link(client, lost.link).status_code == 410
    assert offers_to_go_on(client)

    assert enter_code(client, lost.code).status_code == 410
    assert offers_to_go_on(client)
    assert not is_in(client)


def test_who_is_in_already_is_led_to_the_first_page(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    clock(minutes=5)  # nothing can be recovered any more
    token = client.token("/sessions")

    assert client.post("/sign-in/collect", data={"csrf_token": token}).location == "/"


def test_whoever_wanted_a_page_is_led_there(app, client, sink):
    request_link(client, STAFF, wanted="/?from=letter")
    letter = read_email(app, sink, STAFF)
    enter_code(client, letter.code)

    assert collect(client).location == "/?from=letter"


def test_a_lost_answer_may_be_lost_twice(app, client, lost):
    assert [collect(client).location for _ in range(2)] == ["/", "/"]
    assert is_in(client)
    assert sessions(app) == 1


@pytest.mark.parametrize(("seconds", "may"), [(58, True), (61, False)])
def test_it_may_be_collected_for_a_minute(app, client, lost, clock, seconds, may):
    clock(seconds=seconds)
    open_link(client, lost.link)
    assert offers_to_go_on(client) is may

    collect(client)
    assert is_in(client) is may


def test_no_other_browser_may_collect_it(app, other, lost):
    assert open_link(other, lost.link).status_code == 410
    assert not offers_to_go_on(other)

    assert collect(other).location == "/sign-in"
    assert not is_in(other)
    assert sessions(app) == 1


def test_a_browser_that_asked_for_something_else_may_not_collect_it(app, other, lost):
    request_link(other, STAFF)
    open_link(other, lost.link)
    assert not offers_to_go_on(other)

    assert collect(other).location == "/sign-in"
    assert not is_in(other)


def test_an_ended_session_is_not_collected(app, client, lost):
    app.test_cli_runner().invoke(args=["sessions", "end", STAFF])
    open_link(client, lost.link)
    assert not offers_to_go_on(client)

    assert collect(client).location == "/sign-in"
    assert not is_in(client)


def test_a_session_that_was_signed_out_is_not_collected(app, client, sink):
    request_link(client, STAFF)
    confirm_link(client, read_email(app, sink, STAFF).link)
    client.submit("/sign-out", of="/")

    assert collect(client).location == "/sign-in"
    assert not is_in(client)


def test_nobody_collects_what_was_not_redeemed(app, client, sink):
    request_link(client, STAFF)
    read_email(app, sink, STAFF)

    assert collect(client).location == "/sign-in"
    assert sessions(app) == 0


def test_collecting_is_a_press_and_never_a_visit(client, lost):
    assert client.get("/sign-in/collect").status_code == 405
    assert not is_in(client)
