"""A sign-in through a new program is reported once; and the email's link ends what that sign-in granted."""

import pytest

from tests.conftest import browser_of
from tests.oauth_clients import (
    get_me,
    is_active_token,
    open_program,
    post_json,
    register_client,
    request_code,
    tokens_by_api,
)
from tests.sample_people import CUSTOMER, STAFF
from tests.sign_in_flow import sign_in
from tests.signin.emails import new_browser_emails, new_program_emails, report_link
from tests.signin.test_not_me import pauses, report

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"


@pytest.fixture
def storefront(app):
    return register_client(app)


def sign_in_from(app, sink, address, *, network="203.0.113.7", browser=PHONE, client=None):
    """Sign in as a program of that kind, in that network."""
    named = {"client_id": client.id} if client else {}
    code, handle = request_code(app, sink, address, **named)
    caller = open_program(app)
    caller.environ_base.update(HTTP_USER_AGENT=browser, REMOTE_ADDR=network)
    answer = caller.post("/api/auth/local", json={"identifier": address, "password": code, "handle": handle, **named})
    assert answer.status_code == 200


def told(app, sink, address):
    return len(new_program_emails(app, sink, address))


def test_the_very_first_sign_in_of_a_person_is_not_told_of(app, sink, storefront):
    tokens_by_api(app, sink, CUSTOMER, storefront)

    assert told(app, sink, CUSTOMER) == 0
    assert new_browser_emails(app, sink, CUSTOMER) == []


def test_the_first_one_through_a_client_is_told_of_once_and_names_it(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    for _ in range(3):
        tokens_by_api(app, sink, STAFF, storefront)

    [letter] = new_program_emails(app, sink, STAFF)

    assert "New sign-in to Storefront from an app" in letter.text
    assert letter.message["Subject"] == "New sign-in"


def test_a_client_that_shows_its_secret_is_the_same_one_wherever_it_runs(app, sink, storefront, monkeypatch):
    tokens_by_api(app, sink, STAFF, storefront)
    monkeypatch.setattr("tests.oauth_clients.open_program", lambda app: browser_of(app))

    tokens_by_api(app, sink, STAFF, storefront)

    assert told(app, sink, STAFF) == 0


def test_each_client_is_a_program_of_its_own(app, sink, storefront):
    for one in (storefront, register_client(app, name="Outlet"), storefront, None):
        tokens_by_api(app, sink, STAFF, one)

    assert told(app, sink, STAFF) == 2


@pytest.mark.parametrize("elsewhere", [{"network": "198.51.100.9"}, {"browser": "curl/8.5.0"}])
@pytest.mark.parametrize("is_client", [True, False])
def test_where_no_secret_is_shown_another_network_or_kind_is_another_program(app, sink, elsewhere, is_client):
    public = register_client(app, public=True) if is_client else None
    for _ in range(2):
        sign_in_from(app, sink, STAFF, client=public)
    assert told(app, sink, STAFF) == 0

    for _ in range(2):
        sign_in_from(app, sink, STAFF, client=public, **elsewhere)

    assert told(app, sink, STAFF) == 1


def test_an_upgrade_makes_no_other_program(app, sink):
    for version in ("18.5", "18.6"):
        sign_in_from(app, sink, STAFF, browser=PHONE.replace("18.5", version).replace("18_5", version))

    assert told(app, sink, STAFF) == 0


def test_what_is_known_of_a_program_is_not_another_persons(app, sink, storefront):
    tokens_by_api(app, sink, CUSTOMER, storefront)
    tokens_by_api(app, sink, STAFF)

    tokens_by_api(app, sink, STAFF, storefront)

    assert (told(app, sink, CUSTOMER), told(app, sink, STAFF)) == (0, 1)


def test_this_was_not_me_ends_the_grant(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    held = tokens_by_api(app, sink, STAFF, storefront)
    path = report_link(new_program_emails(app, sink, STAFF)[0])
    assert is_active_token(app, storefront, held["jwt"])

    assert report(browser_of(app), path, STAFF).status_code == 200

    named = {"client_id": storefront.id, "client_secret": storefront.secret}
    assert get_me(app, held["jwt"]).status_code == 401
    assert not is_active_token(app, storefront, held["jwt"])
    assert post_json(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"], **named}).status_code == 401
    assert (client.get("/").status_code, pauses(app)) == (200, [STAFF])


def test_a_program_that_was_reported_is_news_again(app, client, sink, storefront, clock):
    sign_in(app, client, sink, STAFF)
    tokens_by_api(app, sink, STAFF, storefront)
    report(browser_of(app), report_link(new_program_emails(app, sink, STAFF)[0]), STAFF)
    clock(hours=2)

    tokens_by_api(app, sink, STAFF, storefront)

    assert told(app, sink, STAFF) == 2


def test_no_cookie_makes_a_browser_pass_for_a_program(app, client, sink, storefront):
    tokens_by_api(app, sink, STAFF, storefront)
    client.set_cookie("browser", f'["{storefront.id}"]', domain="127.0.0.1")

    sign_in(app, client, sink, STAFF)

    assert len(new_browser_emails(app, sink, STAFF)) == 1
