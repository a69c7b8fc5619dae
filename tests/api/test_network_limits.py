"""Rate limits per network, shared with the pages; a client that proves its secret is not counted as a crowd."""

import pytest

from tests.conftest import browser_of, make_app
from tests.oauth_clients import bearer_headers, open_program, post_json, register_client
from tests.sample_people import STAFF
from tests.signin.test_network_limits import own_limiter  # noqa: F401 - a fixture, used by itself

HERE = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
ELSEWHERE = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.10"}}


@pytest.fixture
def limited(environ, tmp_path):
    return make_app({**environ, "RATELIMIT_ENABLED": "true"}, tmp_path)


def ask(app, where=HERE, **others):
    return post_json(app, "/api/auth/passwordless", {"identifier": "no address", **others}, **where)


def test_a_network_that_asks_too_often_is_told_when_to_come_back(limited):
    assert [ask(limited).status_code for _ in range(60)] == [400] * 60

    answer = ask(limited)
    assert (answer.status_code, answer.json["error"]["name"]) == (429, "RateLimitError")
    assert 500 < int(answer.headers["Retry-After"]) <= 601

    assert ask(limited, ELSEWHERE).status_code == 400


def test_pages_and_programs_are_counted_together(limited):
    for _ in range(60):
        ask(limited)
    browser = browser_of(limited)

    data = {"csrf_token": browser.token(), "email": STAFF}
    assert browser.post("/sign-in", data=data, **HERE).status_code == 429


def test_trying_codes_has_a_limit_of_its_own(limited):
    body = {"identifier": STAFF, "password": "nonsense"}
    statuses = [post_json(limited, "/api/auth/local", body, **HERE).status_code for _ in range(121)]
    assert statuses == [400] * 120 + [429]


def test_a_client_that_shows_its_secret_calls_for_all_its_people(limited):
    shop = register_client(limited)
    shown = {"client_id": shop.id, "client_secret": shop.secret}
    assert {ask(limited, **shown).status_code for _ in range(70)} == {400}


@pytest.mark.parametrize("kind", ["wrong secret", "public"])
def test_a_client_that_shows_none_is_counted_like_anybody(limited, kind):
    client = register_client(limited, public=kind == "public")
    shown = {"client_id": client.id} if kind == "public" else {"client_id": client.id, "client_secret": "x" * 43}
    assert [ask(limited, **shown).status_code for _ in range(61)][-1] == 429


def test_looking_is_not_limited(limited):
    statuses = {
        open_program(limited).get("/api/users/me", headers=bearer_headers("x"), **HERE).status_code for _ in range(130)
    }
    assert statuses == {401}
