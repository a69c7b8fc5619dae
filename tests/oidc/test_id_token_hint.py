"""A client may name a person by an ID token: then no one else gets a code (OpenID Connect Core, 3.1.2.2)."""

from urllib.parse import parse_qs, urlsplit

import pytest

from shop.extensions import db
from shop.grants import signing_keys
from tests.oauth_clients import (
    authorize_url,
    callback_params,
    decode_claims,
    exchange_authorization_code,
    register_client,
    tokens_by_code,
)
from tests.oidc.test_forged_tokens import FORGERIES, header_of, resigned
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import confirm_link, read_email, sign_in


@pytest.fixture
def storefront(app):
    return register_client(app)


@pytest.fixture
def hint(app, client, sink, storefront):
    """An ID token of the staff member, who is signed in."""
    sign_in(app, client, sink, STAFF)
    return tokens_by_code(app, client, storefront)["id_token"]


def is_at_the_door(answer):
    return answer.status_code == 303 and answer.location.startswith("/sign-in?next=")


def back_from(app, client, sink, door, address):
    """Sign in on the page of a redirect, and return the response of the page after it."""
    client.submit(door.location, {"email": address})
    return client.get(confirm_link(client, read_email(app, sink, address).link).location)


@pytest.mark.parametrize("prompt", ["none", None])
def test_who_is_meant_and_signed_in_goes_straight_back(client, storefront, hint, prompt):
    assert "code" in callback_params(client.get(authorize_url(storefront, id_token_hint=hint, prompt=prompt)))


def test_nobody_elses_code_is_given_quietly(app, other, sink, storefront, hint):
    sign_in(app, other, sink, OWNER)

    told = callback_params(other.get(authorize_url(storefront, id_token_hint=hint, prompt="none")))

    assert (told["error"], told["state"], "code" in told) == ("login_required", "st/a te", False)


def test_whoever_is_not_meant_is_led_to_the_door(app, other, sink, storefront, hint):
    sign_in(app, other, sink, OWNER)
    door = other.get(authorize_url(storefront, id_token_hint=hint))
    assert is_at_the_door(door)
    assert STAFF not in other.get(door.location).get_data(as_text=True)

    told = callback_params(back_from(app, other, sink, door, STAFF))

    claims = decode_claims(exchange_authorization_code(app, storefront, told["code"]).json["id_token"])
    assert claims["sub"] == decode_claims(hint)["sub"]


def test_who_signs_in_as_somebody_else_again_is_not_let_through(app, other, sink, storefront, hint):
    sign_in(app, other, sink, OWNER)
    door = other.get(authorize_url(storefront, id_token_hint=hint))

    answer = back_from(app, other, sink, door, VIEWER)

    assert answer.status_code == 200  # a page that redirects: Chromium would block a redirect after the form
    assert (callback_params(answer)["error"], "code" in callback_params(answer)) == ("login_required", False)


def test_a_hint_that_is_over_says_whom_it_means_all_the_same(app, client, other, sink, storefront, hint, clock):
    clock(hours=5)
    assert "code" in callback_params(client.get(authorize_url(storefront, id_token_hint=hint)))

    sign_in(app, other, sink, OWNER)
    assert is_at_the_door(other.get(authorize_url(storefront, id_token_hint=hint)))


def test_a_hint_outlives_the_key_that_signed_it(app, client, storefront, hint, clock):
    with app.app_context():
        for hours in (1, 2, 3):
            clock(hours=hours)
            signing_keys.rotate_keys()
            db.session.commit()
        assert header_of(hint)["kid"] not in {key.kid for key in signing_keys.list_keys()}

    assert "code" in callback_params(client.get(authorize_url(storefront, id_token_hint=hint)))


GENUINE = {"over", "made tomorrow", "typ JWT", "another person"}  # these are valid hints; the tests around say whose


@pytest.mark.parametrize("forgery", sorted(set(FORGERIES) - GENUINE))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_hint_that_is_not_genuine_is_an_error(app, client, storefront, hint, forgery):
    genuine = resigned(app, hint, header={"typ": "JWT"})
    forged = FORGERIES[forgery](app, genuine)

    told = callback_params(client.get(authorize_url(storefront, id_token_hint=forged)))

    assert (told["error"], "code" in told) == ("invalid_request", False)


def test_what_the_forgeries_are_made_from_is_a_hint(app, client, storefront, hint):
    """Otherwise the forgeries would prove nothing."""
    genuine = resigned(app, hint, header={"typ": "JWT"})

    assert "code" in callback_params(client.get(authorize_url(storefront, id_token_hint=genuine)))


def test_a_token_of_another_kind_or_for_another_client_is_no_hint(app, client, storefront, hint):
    other = register_client(app, name="Outlet")
    theirs = tokens_by_code(app, client, other)

    for token in (theirs["id_token"], theirs["access_token"], theirs["refresh_token"]):
        told = callback_params(client.get(authorize_url(storefront, id_token_hint=token)))
        assert (told["error"], "code" in told) == ("invalid_request", False)


def test_a_hint_of_nobody_we_know_lets_nobody_in(app, client, storefront, hint):
    gone = resigned(app, hint, header={"typ": "JWT"}, claims={"sub": "x" * 22})

    told = callback_params(client.get(authorize_url(storefront, id_token_hint=gone, prompt="none")))

    assert told["error"] == "login_required"
    assert is_at_the_door(client.get(authorize_url(storefront, id_token_hint=gone)))


def test_a_hint_without_a_value_is_none(client, storefront, hint):
    assert "code" in callback_params(client.get(authorize_url(storefront, id_token_hint="")))


def test_the_way_back_keeps_the_hint(app, other, sink, storefront, hint):
    door = other.get(authorize_url(storefront, id_token_hint=hint))

    kept = parse_qs(urlsplit(parse_qs(urlsplit(door.location).query)["next"][0]).query)

    assert kept["id_token_hint"] == [hint]
