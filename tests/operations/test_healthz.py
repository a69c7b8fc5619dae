"""The health check: 200 while the database answers, 503 when it does not; no cookie and no limit."""

import pytest

from tests.conftest import browser_of, make_app

AWAY = {
    "postgresql": "postgresql://nobody:w0rd@127.0.0.1:9/shop",
    "sqlite": "sqlite:////no/such/folder/shop.sqlite3",
}


def test_all_is_well(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_head_request_will_do(client):
    assert client.head("/healthz").status_code == 200


def test_it_is_never_limited(environ, tmp_path):
    client = browser_of(make_app({**environ, "RATELIMIT_ENABLED": "true"}, tmp_path))
    assert {client.get("/healthz").status_code for _ in range(200)} == {200}


def test_it_changes_nothing(client):
    assert client.post("/healthz").status_code in (400, 405)


@pytest.mark.parametrize("url", AWAY.values(), ids=AWAY)
def test_a_database_that_is_away_is_503(environ, tmp_path, url):
    answer = browser_of(make_app({**environ, "DATABASE_URL": url}, tmp_path)).get("/healthz")

    assert (answer.status_code, answer.json) == (503, {"status": "database does not answer"})
    assert "Set-Cookie" not in answer.headers
    assert "w0rd" not in answer.text


@pytest.mark.parametrize("url", AWAY.values(), ids=AWAY)
def test_a_page_says_that_the_database_is_away(environ, tmp_path, url):
    client = browser_of(make_app({**environ, "DATABASE_URL": url}, tmp_path))
    client.set_cookie("login", "anything", domain="127.0.0.1")
    answer = client.get("/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
