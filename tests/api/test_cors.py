"""Pages of other sites: none may call unless API_ORIGINS names its origin; no call reads or sets a cookie."""

import pytest

from tests.conftest import make_app
from tests.oauth_clients import bearer_headers, get_me, open_program, post_json, tokens_by_api
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import sign_in

FRONT = "https://www.storefront.example"
FOREIGN = [
    "https://evil.example",
    "null",
    "https://www.storefront.example.evil.example",
    "http://www.storefront.example",
]
CALLS = ("/api/auth/passwordless", "/api/users/me", "/oauth/token", "/oauth/userinfo", "/.well-known/jwks.json")


@pytest.fixture
def opened(environ, tmp_path):
    """The app with one allowed front end."""
    return make_app({**environ, "API_ORIGINS": FRONT}, tmp_path)


def allowed(answer):
    return {name: value for name, value in answer.headers if name.startswith("Access-Control-")}


def preflight(app, path, origin, method="POST"):
    asks = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization, content-type"}
    return open_program(app).options(path, headers={"Origin": origin, **asks})


def from_page(app, origin, path="/api/auth/passwordless", site="cross-site"):
    headers = {"Origin": origin, "Sec-Fetch-Site": site}
    return post_json(
        app, path, {"identifier": STAFF}, headers={name: value for name, value in headers.items() if value}
    )


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("origin", [FRONT, *FOREIGN])
def test_by_default_no_page_of_another_site_is_let_in(app, path, origin):
    assert allowed(preflight(app, path, origin)) == {}
    assert from_page(app, origin).status_code == 403
    assert from_page(app, origin, site=None).status_code == 403 or origin == "null"


@pytest.mark.parametrize("path", CALLS)
def test_a_named_origin_is_let_in_without_its_cookies(opened, path):
    answer = preflight(opened, path, FRONT)

    assert answer.status_code == 200
    assert allowed(answer)["Access-Control-Allow-Origin"] == FRONT
    assert allowed(answer)["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "Access-Control-Allow-Credentials" not in allowed(answer)
    assert "Origin" in answer.headers["Vary"]


def test_a_page_of_a_named_origin_calls_and_reads_refusals_too(opened):
    answer = from_page(opened, FRONT)

    assert (answer.status_code, allowed(answer)["Access-Control-Allow-Origin"]) == (200, FRONT)
    refused = open_program(opened).get("/api/users/me", headers={"Origin": FRONT, **bearer_headers("x")})
    assert (refused.status_code, allowed(refused)["Access-Control-Allow-Origin"]) == (401, FRONT)


@pytest.mark.parametrize("origin", FOREIGN)
def test_no_other_origin_is_let_in_beside_it(opened, origin):
    assert allowed(preflight(opened, "/api/auth/local", origin)) == {}

    answer = from_page(opened, origin)
    assert (answer.status_code, allowed(answer)) == (403, {})
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/oauth/end-session", "/oauth/introspect", "/people"])
def test_the_pages_stay_shut_to_a_named_origin(opened, path):
    assert allowed(preflight(opened, path, FRONT)) == {}
    assert from_page(opened, FRONT, path).status_code in (403, 405)


def test_a_cookie_opens_no_call_and_no_call_sets_one(app, client, sink):
    sign_in(app, client, sink, OWNER)

    assert client.get("/people").status_code == 200
    before = {(cookie.key, cookie.value) for cookie in client._cookies.values()}
    assert client.get("/api/users/me").status_code == 401
    assert client.get("/oauth/userinfo").status_code == 401
    assert client.post("/api/auth/logout", json={}).status_code == 401
    assert {(cookie.key, cookie.value) for cookie in client._cookies.values()} == before
    assert client.get("/people").status_code == 200


def test_no_call_sets_a_cookie(app, sink):
    held = tokens_by_api(app, sink, STAFF)
    answers = [
        post_json(app, "/api/auth/passwordless", {"identifier": STAFF}),
        post_json(app, "/api/auth/local", {"identifier": STAFF, "password": "ABC-123"}),
        post_json(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"]}),
        get_me(app, held["jwt"]),
        open_program(app).get("/api/nothing"),
        post_json(app, "/api/auth/logout", headers=bearer_headers(held["jwt"])),
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 200, 200, 404, 200]
    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[]] * 6
