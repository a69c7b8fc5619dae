"""Sign-out through a client: GET signs no one out, the button does, and only registered URLs are redirected to."""

import pytest

from shop.sessions.models.login_session import LoginSession
from tests.oauth_clients import (
    audit_entries,
    is_active_token,
    refresh_url,
    register_client,
    run_command,
    tokens_by_code,
)
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

BYE = "https://storefront.example/bye"
END = "/oauth/end-session"


@pytest.fixture
def storefront(app):
    return register_client(app)


@pytest.fixture
def held(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    return tokens_by_code(app, client, storefront)


def live(app):
    with app.app_context():
        return LoginSession.query.filter_by(ended_at=None).count()


def test_a_look_signs_nobody_out(app, client, held, storefront):
    answer = client.get(END, query_string={"id_token_hint": held["id_token"], "post_logout_redirect_uri": BYE})

    assert answer.status_code == 200
    assert client.page.find("button").get_text(strip=True) == "Sign out"
    assert held["id_token"] not in answer.get_data(as_text=True)  # it need not travel any further
    assert live(app) == 1
    assert is_active_token(app, storefront, held["access_token"])


@pytest.mark.parametrize("by", ["hint", "name"])
def test_the_button_ends_the_session_and_leads_on(app, client, held, storefront, by):
    named = {"id_token_hint": held["id_token"]} if by == "hint" else {"client_id": storefront.id}
    client.get(END, query_string={**named, "post_logout_redirect_uri": BYE, "state": "a b"})
    fields = {field["name"]: field["value"] for field in client.page.find_all("input")}

    answer = client.post(END, data=fields)

    assert refresh_url(answer.get_data(as_text=True)) == f"{BYE}?state=a+b"
    assert (live(app), is_active_token(app, storefront, held["access_token"])) == (0, False)
    assert client.get("/").status_code == 302


def test_without_an_address_it_ends_at_our_door(app, client, held):
    answer = client.submit(END)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert live(app) == 0


@pytest.mark.parametrize("address", ["https://evil.example/", f"{BYE}/", f"{BYE}?x", "https://storefront.example/back"])
def test_an_address_that_is_not_registered_ends_nothing_and_leads_nowhere(app, client, held, storefront, address):
    said = {"client_id": storefront.id, "post_logout_redirect_uri": address}
    assert client.get(END, query_string=said).status_code == 400

    token = client.token()
    answer = client.post(END, data={**said, "csrf_token": token})
    assert (answer.status_code, "evil" in answer.get_data(as_text=True)) == (400, False)
    assert live(app) == 1


def test_the_button_of_a_page_that_was_left_open_leads_on_whoever_is_out_already(app, client, held, storefront):
    client.get(END, query_string={"client_id": storefront.id, "post_logout_redirect_uri": BYE})
    fields = {field["name"]: field["value"] for field in client.page.find_all("input")}

    assert run_command(app, "sessions", "end", STAFF).exit_code == 0
    assert refresh_url(client.post(END, data=fields).get_data(as_text=True)) == BYE
    assert audit_entries(app, "signed_out") == []


def test_an_address_without_a_client_leads_nowhere(app, client, held, storefront):
    other = register_client(app, name="Another")
    contradictory = {"client_id": other.id, "id_token_hint": held["id_token"]}
    for said in ({}, {"client_id": "x"}, {"id_token_hint": "x"}, contradictory):
        assert client.get(END, query_string={**said, "post_logout_redirect_uri": BYE}).status_code == 400


def test_another_sites_form_signs_nobody_out(app, client, held):
    assert client.post(END).status_code == 400

    token = client.token()
    foreign = client.post(END, data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert live(app) == 1


def test_whoever_is_out_already_is_led_on_at_once(app, client, storefront):
    said = {"client_id": storefront.id, "post_logout_redirect_uri": BYE}
    assert refresh_url(client.get(END, query_string=said).get_data(as_text=True)) == BYE
    assert client.get(END).location == "/sign-in"
