"""Rate limits of the token endpoints per network; a client that proves its secret calls for all its people."""

import pytest

from shop.extensions import limiter
from tests.conftest import make_app
from tests.oauth_clients import open_program, post_as_client, register_client
from tests.signin.test_network_limits import own_limiter  # noqa: F401 - a fixture, used by itself

REVOKE = "/oauth/revoke"
MOST = 1200


@pytest.fixture
def crowded(environ, tmp_path):
    """An app whose limit this network has used up, in this minute."""
    app = make_app({**environ, "RATELIMIT_ENABLED": "true"}, tmp_path)
    assert open_program(app).post(REVOKE).status_code == 400
    [counted] = [name for name in limiter.storage.storage if "/calls/" in name]
    limiter.storage.incr(counted, 60, amount=MOST - 1)
    return app


def test_a_network_that_calls_too_often_is_told_when_to_come_back(crowded):
    answer = open_program(crowded).post(REVOKE)
    assert (answer.status_code, answer.json["error"]) == (429, "temporarily_unavailable")
    assert 0 < int(answer.headers["Retry-After"]) <= 61

    elsewhere = open_program(crowded).post(REVOKE, environ_overrides={"REMOTE_ADDR": "203.0.113.10"})
    assert elsewhere.status_code == 400


def test_a_client_that_shows_its_secret_is_not_counted(crowded):
    shop = register_client(crowded)
    in_the_body = {"client_id": shop.id, "client_secret": shop.secret, "token": "x"}

    assert post_as_client(crowded, shop, REVOKE, token="x").status_code == 200
    assert open_program(crowded).post(REVOKE, data=in_the_body).status_code == 200


@pytest.mark.parametrize("shown", [{}, {"client_secret": ""}, {"client_secret": "x" * 43}])
@pytest.mark.parametrize("public", [True, False], ids=["public", "confidential"])
def test_a_client_that_does_not_is_counted_like_anybody(crowded, public, shown):
    shop = register_client(crowded, public=public)
    assert open_program(crowded).post(REVOKE, data={"client_id": shop.id, "token": "x", **shown}).status_code == 429
