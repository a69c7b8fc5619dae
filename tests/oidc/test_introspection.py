"""Introspection: who may call it, what it says, and that a token is inactive from the moment that access ends."""

import pytest

from shop.grants.models.grant import Grant
from tests.oauth_clients import (
    bearer_headers,
    get_me,
    is_active_token,
    open_program,
    post_as_client,
    post_json,
    register_client,
    run_command,
    tokens_by_api,
    tokens_by_code,
)
from tests.sample_people import CUSTOMER, STAFF, VIEWER
from tests.sign_in_flow import sign_in


@pytest.fixture
def storefront(app):
    return register_client(app, public=True)


@pytest.fixture
def backend(app):
    return register_client(app, name="Back end")


@pytest.fixture
def held(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    return tokens_by_code(app, client, storefront)


def asked(app, client, token, **others):
    return post_as_client(app, client, "/oauth/introspect", token=token, **others)


def test_a_back_end_learns_whose_its_storefronts_token_is(app, storefront, backend, held):
    told = asked(app, backend, held["access_token"]).json

    assert told["active"] is True
    assert (told["client_id"], told["aud"], told["iss"]) == (storefront.id, storefront.id, "http://127.0.0.1:8000")
    assert (told["email"], told["email_verified"], told["role"]) == (STAFF, True, "staff")
    assert {"sub", "sid", "scope", "exp", "iat", "jti", "token_type", "username"} <= set(told)


def test_a_back_end_learns_nothing_of_people_whom_it_would_not_let_in(app, sink, storefront, held):
    inner = register_client(app, who="owner")
    assert asked(app, inner, held["access_token"]).json == {"active": False}

    customer = tokens_by_api(app, sink, CUSTOMER, storefront)
    assert asked(app, register_client(app, who="allowlist"), customer["jwt"]).json == {"active": False}


def test_a_refresh_token_is_told_of_to_its_own_client_only(app, client, sink, backend):
    sign_in(app, client, sink, STAFF)
    held = tokens_by_code(app, client, backend)

    assert asked(app, backend, held["refresh_token"]).json["active"] is True

    assert asked(app, register_client(app), held["refresh_token"]).json == {"active": False}


def test_a_public_client_or_nobody_may_not_ask(app, storefront, held):
    for answer in (
        asked(app, storefront, held["access_token"]),
        open_program(app).post("/oauth/introspect", data={"token": held["access_token"]}),
    ):
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "\0", "ß"])
def test_what_is_no_token_is_not_active(app, backend, token):
    assert asked(app, backend, token).json == {"active": False}


def test_a_wrong_hint_does_not_matter_and_a_strange_one_is_refused(app, backend, held):
    assert asked(app, backend, held["access_token"], token_type_hint="refresh_token").json["active"] is True
    assert asked(app, backend, held["access_token"], token_type_hint="dance").status_code in (400, 401)


def test_the_user_of_a_token_is_told_alike_everywhere(app, held):
    told = open_program(app).get("/oauth/userinfo", headers=bearer_headers(held["access_token"])).json
    posted = open_program(app).post("/oauth/userinfo", headers=bearer_headers(held["access_token"])).json
    assert told == posted == {"sub": told["sub"], "email": STAFF, "email_verified": True, "role": "staff"}

    assert get_me(app, held["access_token"]).json["id"] == told["sub"]


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_whole_grant(app, storefront, backend, held, kind):
    answer = post_as_client(app, storefront, "/oauth/revoke", token=held[kind])
    assert (answer.status_code, answer.json) == (200, {})
    assert not is_active_token(app, backend, held["access_token"])

    renewing = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    assert post_as_client(app, storefront, "/oauth/token", **renewing).json["error"] == "invalid_grant"


def test_revoking_again_or_nothing_says_the_same(app, storefront, held):
    for token in (held["refresh_token"], held["refresh_token"], "x"):
        assert post_as_client(app, storefront, "/oauth/revoke", token=token).status_code == 200


def test_nobody_revokes_anothers_token(app, backend, held):
    for kind in ("access_token", "refresh_token"):
        assert post_as_client(app, backend, "/oauth/revoke", token=held[kind]).json["error"] == "invalid_grant"
    assert is_active_token(app, backend, held["access_token"])


def test_a_token_of_the_api_is_revoked_by_its_client(app, sink, backend):
    held = tokens_by_api(app, sink, CUSTOMER, backend)
    assert is_active_token(app, backend, held["jwt"])

    assert post_as_client(app, backend, "/oauth/revoke", token=held["refreshToken"]).status_code == 200
    assert not is_active_token(app, backend, held["jwt"])


def test_a_removed_person_is_not_active_at_the_next_question(app, client, sink, storefront, backend):
    run_command(app, "people", "allow", CUSTOMER, "--role", "viewer")
    inner = register_client(app, who="viewer")
    sign_in(app, client, sink, CUSTOMER)
    held = tokens_by_code(app, client, inner)

    assert is_active_token(app, backend, held["access_token"])

    run_command(app, "people", "remove", CUSTOMER)
    assert not is_active_token(app, backend, held["access_token"])
    with app.app_context():
        assert Grant.query.one().ended_because == "access ended"


def test_a_role_that_changes_is_told_at_the_next_question(app, client, sink, storefront, backend):
    sign_in(app, client, sink, VIEWER)
    held = tokens_by_code(app, client, storefront)

    assert asked(app, backend, held["access_token"]).json["role"] == "viewer"

    run_command(app, "people", "allow", VIEWER, "--role", "staff")
    assert asked(app, backend, held["access_token"]).json["role"] == "staff"


def test_a_refresh_token_of_a_browser_is_none_of_the_apis(app, held):
    assert post_json(app, "/api/auth/refresh", {"refreshToken": held["refresh_token"]}).status_code == 401
