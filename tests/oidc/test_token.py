"""The token endpoint, by the applicable points of OAuth 2.1 (draft 13), OpenID Connect Core 1.0 and RFC 9700."""

from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

import pytest

from shop.grants.models.grant import Grant
from shop.sessions.models.login_session import LoginSession
from tests.oauth_clients import (
    CALLBACK,
    VERIFIER,
    audit_entries,
    authorize_url,
    bearer_headers,
    callback_params,
    decode_claims,
    exchange_authorization_code,
    is_active_token,
    open_program,
    post_as_client,
    register_client,
    run_command,
    tokens_by_code,
)
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture(params=[True, False], ids=["public", "confidential"])
def party(app, request):
    return register_client(app, public=request.param)


@pytest.fixture
def browser(app, client, sink):
    sign_in(app, client, sink, STAFF)
    return client


def code_for(browser, party, **others):
    return callback_params(browser.get(authorize_url(party, **others)))["code"]


def refused(answer, error="invalid_grant"):
    return answer.json["error"] == error and answer.status_code in (400, 401) and "access_token" not in answer.text


def nothing_began(app):
    with app.app_context():
        return Grant.query.count() == 0


def test_a_code_gives_tokens_that_say_who_is_here(app, browser, party):
    answer = exchange_authorization_code(app, party, code_for(browser, party))

    assert answer.headers["Cache-Control"] == "no-store"
    held = answer.json
    assert (held["token_type"], held["expires_in"], held["scope"]) == ("Bearer", 300, "openid email")
    claims = decode_claims(held["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, party.id, "n-once")
    assert (claims["email"], claims["email_verified"], claims["role"]) == (STAFF, True, "staff")
    assert claims["sub"] == decode_claims(held["access_token"])["sub"] != STAFF


def test_the_id_token_vouches_for_the_access_token_beside_it(app, browser, party):
    """OpenID Connect Core 1.0, 3.1.3.6."""
    held = exchange_authorization_code(app, party, code_for(browser, party)).json

    half = sha256(held["access_token"].encode()).digest()[:16]
    assert decode_claims(held["id_token"])["at_hash"] == urlsafe_b64encode(half).decode().replace("=", "")


def test_without_openid_there_is_no_id_token(app, browser, party):
    assert "id_token" not in exchange_authorization_code(app, party, code_for(browser, party, scope="email")).json


def test_a_renewed_token_keeps_its_person_and_leaves_the_nonce_out(app, browser, party):
    held = tokens_by_code(app, browser, party)
    renewed = post_as_client(
        app, party, "/oauth/token", grant_type="refresh_token", refresh_token=held["refresh_token"]
    )

    before, after = decode_claims(held["id_token"]), decode_claims(renewed.json["id_token"])
    assert "nonce" not in after
    assert {name: before[name] for name in ("iss", "sub", "aud", "auth_time", "sid")} == {
        name: after[name] for name in ("iss", "sub", "aud", "auth_time", "sid")
    }


@pytest.mark.parametrize(
    ("others", "error"),
    [
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": VERIFIER[::-1]}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"code_verifier": "ß" * 43}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": f"{CALLBACK}/"}, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"code": ""}, "invalid_grant"),
        ({"code": "x.y"}, "invalid_grant"),
        ({"code": "x" * 5000}, "invalid_grant"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": '"\r\n\0'}, "unsupported_grant_type"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_code_is_given_up_for_the_right_words_only_and_wrong_ones_do_not_spend_it(app, browser, party, others, error):
    code = code_for(browser, party)
    assert refused(exchange_authorization_code(app, party, **{"code": code, **others}), error)
    assert nothing_began(app)

    assert exchange_authorization_code(app, party, code).status_code == 200


def test_every_byte_of_a_code_counts(app, browser, party):
    code = code_for(browser, party)
    for place in range(0, len(code), 7):
        other = "A" if code[place] != "A" else "B"
        assert refused(exchange_authorization_code(app, party, code[:place] + other + code[place + 1 :]))
    assert nothing_began(app)


def test_a_code_is_good_for_a_minute(app, browser, party, clock):
    code = code_for(browser, party)
    clock(seconds=61)

    assert refused(exchange_authorization_code(app, party, code))
    assert nothing_began(app)


def test_a_code_that_is_shown_again_ends_what_it_began(app, browser, party):
    code = code_for(browser, party)
    held = exchange_authorization_code(app, party, code).json

    assert [refused(exchange_authorization_code(app, party, code)) for _ in range(2)] == [True, True]
    assert open_program(app).get("/oauth/userinfo", headers=bearer_headers(held["access_token"])).status_code == 401
    assert refused(
        post_as_client(app, party, "/oauth/token", grant_type="refresh_token", refresh_token=held["refresh_token"])
    )
    assert [event for event, _ in audit_entries(app, "grant_begun", "grant_ended")] == ["grant_begun", "grant_ended"]


def test_a_code_that_somebody_without_the_verifier_shows_again_ends_nothing(app, browser, party):
    """Otherwise an attacker who sees a code in transit could sign people out."""
    code = code_for(browser, party)
    held = exchange_authorization_code(app, party, code).json

    assert refused(exchange_authorization_code(app, party, code, code_verifier=VERIFIER[::-1]))
    assert open_program(app).get("/oauth/userinfo", headers=bearer_headers(held["access_token"])).status_code == 200


def test_a_code_is_of_one_client(app, browser, party):
    for other in (register_client(app, public=True), register_client(app)):
        code = code_for(browser, party)
        assert refused(exchange_authorization_code(app, other, code))
    assert nothing_began(app)


def test_a_refresh_token_is_of_one_client(app, browser, party):
    held = tokens_by_code(app, browser, party)
    for other in (register_client(app, public=True), register_client(app)):
        assert refused(
            post_as_client(app, other, "/oauth/token", grant_type="refresh_token", refresh_token=held["refresh_token"])
        )
    assert is_active_token(app, register_client(app), held["access_token"])  # a stranger's replay revokes nothing


def test_a_refresh_token_gives_no_more_than_was_granted_and_asking_for_it_does_not_spend_it(app, browser, party):
    held = tokens_by_code(app, browser, party)
    fields = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}

    assert refused(post_as_client(app, party, "/oauth/token", **fields, scope="openid profile"), "invalid_scope")

    renewed = post_as_client(app, party, "/oauth/token", **fields, scope="openid email")
    assert (renewed.status_code, renewed.json["scope"]) == (200, "openid email")


def test_a_refresh_token_that_is_shown_again_ends_the_family(app, browser, party):
    held = tokens_by_code(app, browser, party)
    fields = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    renewed = post_as_client(app, party, "/oauth/token", **fields).json

    assert refused(post_as_client(app, party, "/oauth/token", **fields))
    assert open_program(app).get("/oauth/userinfo", headers=bearer_headers(renewed["access_token"])).status_code == 401
    assert refused(post_as_client(app, party, "/oauth/token", **{**fields, "refresh_token": renewed["refresh_token"]}))


@pytest.mark.parametrize("ending", ["signed out", "blocked", "session ended"])
def test_a_code_on_its_way_dies_with_the_sign_in(app, browser, party, ending):
    code = code_for(browser, party)

    if ending == "signed out":
        browser.submit("/sign-out", of="/sign-in")
    else:
        words = ("people", "block", STAFF) if ending == "blocked" else ("sessions", "end", STAFF)
        assert run_command(app, *words).exit_code == 0
    assert refused(exchange_authorization_code(app, party, code))
    assert nothing_began(app)


def basic(name, secret):
    return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}


def proofs(client, other):
    return {
        "nothing": ({}, {}),
        "its name alone": ({"client_id": client.id}, {}),
        "a wrong secret in the header": ({}, basic(client.id, "x" * 43)),
        "a wrong secret in the body": ({"client_id": client.id, "client_secret": "x" * 43}, {}),
        "an empty secret": ({"client_id": client.id, "client_secret": ""}, {}),
        "another's secret": ({}, basic(client.id, other.secret)),
        "another's name": ({}, basic(other.id, client.secret)),
        "an unknown name": ({}, basic("x" * 22, client.secret)),
        "no base64": ({}, {"Authorization": "Basic ~~~"}),
        "no ASCII": ({}, {"Authorization": "Basic é"}),
        "a stray byte": ({}, {"Authorization": "Basic \xff"}),
        "another scheme": ({"client_id": client.id}, {"Authorization": f"Bearer {client.secret}"}),
    }


@pytest.mark.parametrize("proof", proofs(*[type("Client", (), {"id": "", "secret": ""})] * 2))
def test_a_confidential_client_shows_its_own_secret(app, browser, proof):
    client = register_client(app)
    fields, headers = proofs(client, register_client(app))[proof]
    said = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    code = code_for(browser, client)

    answer = open_program(app).post("/oauth/token", data={**said, "code": code, **fields}, headers=headers)

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert nothing_began(app)


def test_a_confidential_client_may_show_its_secret_in_the_body_instead(app, browser):
    client = register_client(app)
    said = {"client_id": client.id, "client_secret": client.secret, "grant_type": "authorization_code"}
    said |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER, "code": code_for(browser, client)}

    assert open_program(app).post("/oauth/token", data=said).status_code == 200

    both = open_program(app).post("/oauth/token", data=said, headers=client.proof)
    assert refused(both, "invalid_request")


@pytest.mark.parametrize("secret", ["", "x"])
def test_a_public_client_shows_none(app, browser, secret):
    public = register_client(app, public=True)
    said = {
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "client_id": public.id,
    }
    said["code"] = code_for(browser, public)

    assert refused(
        open_program(app).post("/oauth/token", data=said, headers=basic(public.id, secret)), "invalid_client"
    )

    with_secret = {**said, "client_secret": "x"}
    assert refused(open_program(app).post("/oauth/token", data=with_secret), "invalid_client")
    assert nothing_began(app)


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
def test_a_secret_in_the_address_is_refused_not_read(app, path):
    client = register_client(app)
    query = f"?client_id={client.id}&client_secret={client.secret}"
    assert refused(open_program(app).post(path + query, data={"token": "x"}), "invalid_request")


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
def test_a_field_that_comes_twice_or_in_json_is_refused(app, path):
    client = register_client(app)
    twice = open_program(app).post(path, data={"token": ["x", "y"]}, headers=client.proof)
    written = open_program(app).post(path, json={"token": "x"}, headers=client.proof)

    assert refused(twice, "invalid_request")
    assert refused(written, "invalid_request")


def test_what_a_code_gave_is_bound_to_the_sign_in_that_it_came_from(app, browser, party):
    held = tokens_by_code(app, browser, party)
    with app.app_context():
        assert Grant.query.one().session_id == LoginSession.query.one().id
    assert decode_claims(held["access_token"])["sid"] == decode_claims(held["id_token"])["sid"]
