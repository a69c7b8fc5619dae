"""Signing keys: derived from the application key, never stored, published before they sign and long enough after."""

import json

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from shop import retention
from shop.extensions import db
from shop.grants import signing_keys
from shop.grants.models.signing_key import SigningKey
from tests.conftest import make_app
from tests.databases import KEY
from tests.oauth_clients import audit_entries, get_me, open_program, run_command, tokens_by_api
from tests.sample_people import STAFF

pytestmark = pytest.mark.both_databases

OTHER_KEY = "p3Zx-8mQv_Kt2LwJr6NbHd9SgYc4FaEe7UiOo1Vz"


def published(app):
    answer = open_program(app).get("/.well-known/jwks.json")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=300")
    return answer.json


def names(app):
    return [key["kid"] for key in published(app)["keys"]]


def states(app):
    return {row["name"]: row["state"] for row in json.loads(run_command(app, "keys", "list", "--json").output)}


def signer(token):
    return extract_compact(token.encode()).headers()["kid"]


def another(environ, tmp_path, **settings):
    return make_app({**environ, **settings}, tmp_path)


def test_a_token_is_checked_by_what_is_published_alone(app, sink):
    token = tokens_by_api(app, sink, STAFF)["jwt"]
    found = jwt.decode(token, KeySet.import_key_set(published(app)), ["ES256"])

    assert found.header == {"typ": "at+jwt", "alg": "ES256", "kid": signer(token)}
    claims = found.claims
    assert (claims["iss"], claims["aud"], claims["exp"] - claims["iat"]) == (*["http://127.0.0.1:8000"] * 2, 300)
    assert STAFF not in json.dumps(claims)


def test_what_is_published_first_is_what_signs_first(app, sink):
    """A verifier that comes before the first token must find its key."""
    before = published(app)

    with app.app_context():
        assert SigningKey.query.count() == 0  # reading changes nothing
    token = tokens_by_api(app, sink, STAFF)["jwt"]
    assert published(app) == before
    assert signer(token) == before["keys"][0]["kid"]


def test_the_table_and_what_is_published_hold_no_private_half(app, sink):
    tokens_by_api(app, sink, STAFF)
    with app.app_context():
        rows = [key.public for key in SigningKey.query]
    for key in [*rows, *published(app)["keys"]]:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_a_later_program_makes_the_same_keys(app):
    with app.app_context():
        [now, *_] = signing_keys.list_public_keys()

    assert (now["kid"], now["x"]) == ("u8fSqqQI8OHPhq_vqWZw-A", "KGbV_njIM1ZVYf-2ZoYnNWiDGwhFwbyb4lrkH8tDZSE")


def test_keys_differ_by_number_and_by_application_key(app):
    with app.app_context():
        made = [
            signing_keys._derived(key, number)[1].as_dict(private=True)["d"]
            for key in (KEY, OTHER_KEY)
            for number in (1, 2)
        ]
        again = signing_keys._derived.__wrapped__(KEY, 1)[1].as_dict(private=True)["d"]
    assert len(set(made)) == 4
    assert again == made[0]


def test_a_rotation_changes_who_signs_and_no_token_fails(app, sink, clock):
    """The verifier caches its answer as long as allowed."""
    before = tokens_by_api(app, sink, STAFF)["jwt"]
    clock(minutes=16)
    kept = KeySet.import_key_set(published(app))
    first, following = names(app)

    assert run_command(app, "keys", "rotate").exit_code == 0
    after = tokens_by_api(app, sink, STAFF)["jwt"]
    assert (signer(before), signer(after)) == (first, following)
    assert jwt.decode(after, kept, ["ES256"]).claims["iss"]
    assert list(states(app).values()) == ["retiring", "current", "next"]

    assert get_me(app, after).status_code == 200


def test_a_retiring_key_is_published_until_its_last_token_is_over(app, sink, clock):
    tokens_by_api(app, sink, STAFF)
    first = names(app)[0]
    clock(minutes=16)
    last = tokens_by_api(app, sink, STAFF)["jwt"]
    run_command(app, "keys", "rotate")
    clock(minutes=20)

    assert first in names(app)
    assert get_me(app, last).status_code == 200

    clock(minutes=26)
    assert first not in names(app)

    with app.app_context():
        assert retention.prune_batch(retention.retention_rules["signing keys"]) == 1
        db.session.commit()
    assert len(names(app)) == 2


def test_a_key_does_not_sign_before_every_verifier_may_know_it(app, sink, clock):
    tokens_by_api(app, sink, STAFF)
    clock(minutes=14)

    refused = run_command(app, "keys", "rotate")
    assert refused.exit_code == 1
    assert "Try again in 6" in refused.output
    assert list(states(app).values()) == ["current", "next"]

    clock(minutes=16)
    assert run_command(app, "keys", "rotate").exit_code == 0
    assert run_command(app, "keys", "rotate").exit_code == 1
    assert [event for event, _ in audit_entries(app, "keys_rotated")] == ["keys_rotated"]


def test_a_rotation_before_the_first_token_only_makes_the_keys(app):
    assert run_command(app, "keys", "rotate").exit_code == 1
    assert list(states(app).values()) == ["current", "next"]
    assert audit_entries(app, "keys_rotated") == []


def test_the_entry_of_a_rotation_names_the_keys(app, sink, clock):
    tokens_by_api(app, sink, STAFF)
    clock(minutes=16)

    run_command(app, "keys", "rotate")

    _, current, following = names(app)
    assert audit_entries(app, "keys_rotated") == [("keys_rotated", {"signs": current, "next": following})]


def test_under_a_new_application_key_the_old_signing_keys_go_on(app, sink, environ, tmp_path):
    token, before = tokens_by_api(app, sink, STAFF)["jwt"], published(app)
    turned = another(environ, tmp_path, SECRET_KEY=OTHER_KEY, SECRET_KEY_FALLBACKS=KEY)

    assert published(turned) == before

    assert get_me(turned, token).status_code == 200


def test_after_the_application_key_was_given_up_nothing_it_signed_counts(app, sink, environ, tmp_path):
    """A thief of the application key could have made the same keys."""
    answer, before = tokens_by_api(app, sink, STAFF), names(app)
    turned = another(environ, tmp_path, SECRET_KEY=OTHER_KEY)

    assert set(names(turned)) & set(before) == set()

    assert get_me(turned, answer["jwt"]).status_code == 401

    fresh = tokens_by_api(turned, sink, STAFF)["jwt"]
    assert get_me(turned, fresh).status_code == 200
    assert signer(fresh) in names(turned)


def test_a_next_key_of_the_new_application_key_takes_over_when_the_old_one_is_given_up(
    app, sink, clock, environ, tmp_path
):
    tokens_by_api(app, sink, STAFF)
    clock(minutes=16)
    both = another(environ, tmp_path, SECRET_KEY=OTHER_KEY, SECRET_KEY_FALLBACKS=KEY)

    assert run_command(both, "keys", "rotate").exit_code == 0
    following = names(both)[-1]
    alone = another(environ, tmp_path, SECRET_KEY=OTHER_KEY)
    assert signer(tokens_by_api(alone, sink, STAFF)["jwt"]) == following


@pytest.mark.parametrize("path", ["/.well-known/jwks.json", "/.well-known/openid-configuration"])
def test_what_programs_read_first_may_be_kept_for_five_minutes(app, path):
    answer = open_program(app).get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
