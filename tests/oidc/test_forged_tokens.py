"""Tokens that are forged, of another kind, or expired: none is accepted, whatever it claims."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from shop.grants import jwts, signing_keys
from tests.oauth_clients import (
    bearer_headers,
    decode_claims,
    get_me,
    is_active_token,
    open_program,
    register_client,
    tokens_by_api,
    tokens_by_code,
)
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import sign_in


def b64(data):
    return urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


def header_of(token):
    return json.loads(part(token, 0))


def part(token, place):
    text = token.split(".")[place]
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def resigned(app, token, *, header=None, claims=None):
    """Sign a token's changed content with our own key: only the change may be at fault."""
    with app.app_context():
        kid, private = signing_keys.get_signing_key()
    said = {**decode_claims(token), **(claims or {})}
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({**header_of(token), "kid": kid, **(header or {})}, said, private, ["ES256"])


def unsigned(app, token):
    return f"{b64({**header_of(token), 'alg': 'none'})}.{token.split('.')[1]}."


def none_in_capitals(app, token):
    return f"{b64({**header_of(token), 'alg': 'NoNe'})}.{token.split('.')[1]}."


def signature_left_out(app, token):
    return token.rpartition(".")[0] + "."


def mac_with_the_public_key(app, token):
    """The algorithm confusion attack: a verifier that trusts `alg` uses the public key as a shared secret."""
    with app.app_context():
        public = ECKey.import_key(signing_keys.list_public_keys()[0]).as_pem(private=False)
    body = f"{b64({**header_of(token), 'alg': 'HS256'})}.{token.split('.')[1]}"
    return f"{body}.{b64(hmac.digest(public, body.encode(), sha256))}"


def signed_by_a_stranger(app, token):
    return jwt.encode(header_of(token), decode_claims(token), ECKey.generate_key("P-256"), ["ES256"])


def with_its_own_key(app, token):
    own = ECKey.generate_key("P-256")
    header = {**header_of(token), "jwk": own.as_dict(private=False)}
    return jwt.encode(header, decode_claims(token), own, ["ES256"])


def of_another_key(app, token):
    return resigned(app, token, header={"kid": "x" * 22})


def of_the_next_key(app, token):
    with app.app_context():
        following = signing_keys.ensure_active_keys().next.kid
    return resigned(app, token, header={"kid": following})


def without_a_key(app, token):
    return resigned(app, token, header={"kid": ""})


def changed(app, token):
    head, _, tail = token.split(".")
    return f"{head}.{b64({**decode_claims(token), 'sub': 'x' * 22})}.{tail}"


FORGERIES = {
    "alg none": unsigned,
    "alg NoNe": none_in_capitals,
    "no signature": signature_left_out,
    "HS256 with the public key": mac_with_the_public_key,
    "a stranger's key": signed_by_a_stranger,
    "a key of its own inside": with_its_own_key,
    "an unknown key": of_another_key,
    "the next key's name": of_the_next_key,
    "no key's name": without_a_key,
    "another person written in": changed,
    "typ JWT": lambda app, token: resigned(app, token, header={"typ": "JWT"}),
    "no typ": lambda app, token: resigned(app, token, header={"typ": ""}),
    "another issuer": lambda app, token: resigned(app, token, claims={"iss": "https://evil.example"}),
    "an issuer with a slash": lambda app, token: resigned(app, token, claims={"iss": "http://127.0.0.1:8000/"}),
    "no issuer": lambda app, token: resigned(app, token, claims={"iss": None}),
    "another audience": lambda app, token: resigned(app, token, claims={"aud": "x" * 22}),
    "two audiences": lambda app, token: resigned(app, token, claims={"aud": ["http://127.0.0.1:8000", "x"]}),
    "no audience": lambda app, token: resigned(app, token, claims={"aud": None}),
    "another person": lambda app, token: resigned(app, token, claims={"sub": "x" * 22}),
    "no person": lambda app, token: resigned(app, token, claims={"sub": None}),
    "no grant": lambda app, token: resigned(app, token, claims={"sid": None}),
    "a grant that is none": lambda app, token: resigned(app, token, claims={"sid": {"a": 1}}),
    "over": lambda app, token: resigned(app, token, claims={"exp": 1}),
    "no end": lambda app, token: resigned(app, token, claims={"exp": None}),
    "an end that is no number": lambda app, token: resigned(app, token, claims={"exp": "never"}),
    "from tomorrow": lambda app, token: resigned(app, token, claims={"nbf": 9_999_999_999}),
    "made tomorrow": lambda app, token: resigned(app, token, claims={"iat": 9_999_999_999}),
    "four parts": lambda app, token: f"{token}.x",
    "not even a token": lambda app, token: "x",
    "a huge one": lambda app, token: token + "A" * 5000,
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_is_not_right_in_everything_opens_nothing(app, sink, forgery):
    backend, token = register_client(app), tokens_by_api(app, sink, STAFF)["jwt"]
    forged = FORGERIES[forgery](app, token)

    assert get_me(app, forged).status_code == 401
    assert open_program(app).get("/oauth/userinfo", headers=bearer_headers(forged)).status_code == 401
    assert not is_active_token(app, backend, forged)

    assert get_me(app, token).status_code == 200


def test_what_is_signed_again_unchanged_opens_as_before(app, sink):
    """Otherwise the forgeries above would prove nothing."""
    token = tokens_by_api(app, sink, STAFF)["jwt"]
    assert get_me(app, resigned(app, token)).status_code == 200


def test_an_id_token_is_no_access_token(app, client, sink):
    storefront = register_client(app)
    sign_in(app, client, sink, STAFF)
    held = tokens_by_code(app, client, storefront)

    assert open_program(app).get("/oauth/userinfo", headers=bearer_headers(held["access_token"])).status_code == 200
    assert open_program(app).get("/oauth/userinfo", headers=bearer_headers(held["id_token"])).status_code == 401
    assert not is_active_token(app, storefront, held["id_token"])

    assert get_me(app, held["refresh_token"]).status_code == 401


def test_a_token_is_over_after_five_minutes(app, sink, clock):
    backend, token = register_client(app), tokens_by_api(app, sink, STAFF)["jwt"]
    clock(seconds=290)

    assert get_me(app, token).status_code == 200

    clock(seconds=301)
    assert get_me(app, token).status_code == 401
    assert not is_active_token(app, backend, token)


def test_a_token_of_one_grant_does_not_open_another(app, sink):
    mine, theirs = tokens_by_api(app, sink, STAFF)["jwt"], tokens_by_api(app, sink, OWNER)["jwt"]
    assert get_me(app, resigned(app, mine, claims={"sid": decode_claims(theirs)["sid"]})).status_code == 401


def test_a_hint_of_who_is_leaving_must_be_ours_as_well(app, client, sink):
    storefront = register_client(app)
    sign_in(app, client, sink, STAFF)
    held = tokens_by_code(app, client, storefront)

    with app.app_context():
        assert jwts.read_id_token(held["id_token"])["aud"] == storefront.id
        for forged in (held["access_token"], signed_by_a_stranger(app, held["id_token"]), "x"):
            with pytest.raises(jwts.InvalidToken):
                jwts.read_id_token(forged)
