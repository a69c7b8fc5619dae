"""The headers and refusals of every response: pages, files and errors, for every visitor."""

import re

import pytest
from werkzeug.routing import IntegerConverter

from shop.extensions import db, limiter
from tests.conftest import browser_of, make_app
from tests.live_server import find_free_port
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import request_link, sign_in

OURS = ("form", "login", "asked", "browser", "link")
GARBAGE = (
    "x", "a" * 4000, "\xff\xfe", "\xc3\x28", "%00%ff", "../../etc/passwd", '"\\377\\355\\240\\200"', "=", "a.b.c",
    ".eJx", "eyJfdXNlcl9pZCI6MX0.Zm9v.bar", "' OR 1=1 --", "\x00", "🐟", "None", "0", "{}", "[]", "true", "a;b", "",
)  # fmt: skip
INSIDE = re.compile(r"Traceback|werkzeug|sqlalchemy|psycopg|sqlite3|Python/|File \"|SELECT|line \d+", re.I)
CALLS = ("/api/", "/oauth/token", "/oauth/userinfo", "/oauth/introspect", "/oauth/revoke", "/.well-known/")


def rows(app):
    with app.app_context():
        return {t.name: db.session.execute(db.select(t)).all() for t in db.metadata.sorted_tables}


def addresses(app):
    """Yield one path for each route of the app, with a value for each argument."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            kinds = rule._converters.items()
            gaps = {name: 1 if isinstance(kind, IntegerConverter) else "x" * length_of(kind) for name, kind in kinds}
            yield rule, app.url_map.bind("localhost").build(rule.endpoint, gaps)


def length_of(kind):
    """Return the length that an argument's text must have."""
    exact = re.search(r"\{(\d+)\}", kind.regex)
    return int(exact[1]) if exact else 16


def assert_strict(app, answer):
    """Assert the headers of every response."""
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert ("Strict-Transport-Security" in answer.headers) == app.config["HTTPS"]
    path = answer.request.path
    assert answer.headers["Referrer-Policy"] == ("no-referrer" if path.startswith("/sign-in") else "same-origin")
    if path.startswith("/static/") and answer.status_code == 200:
        assert "no-store" not in answer.headers.get("Cache-Control", "")
        assert "Set-Cookie" not in answer.headers
    elif path.startswith("/.well-known/") and answer.status_code == 200 and answer.request.method != "OPTIONS":
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in answer.headers
    else:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]


def assert_plain(app, answer, code):
    """Assert that a response is our own error page, and reveals nothing internal."""
    assert answer.status_code == code
    assert_strict(app, answer)
    text = answer.get_data(as_text=True)
    assert "<h1>" in text
    assert f"Error {code} · request " in text
    assert not INSIDE.search(text)


def test_every_answer_of_every_address_is_strict(app, client, sink):
    nobody = browser_of(app)
    sign_in(app, client, sink, OWNER)
    for (rule, path), browser in [(one, each) for one in addresses(app) for each in (nobody, client)]:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "TRACE"):
            answer = browser.open(path, method=method)
            assert answer.status_code < 500, (method, rule)
            assert_strict(app, answer)


@pytest.mark.parametrize("path", ["/static/css/theme.css", "/static/dist/manifest.json"])
def test_files_may_be_kept_and_set_no_cookie(app, client, path):
    with client.get(path) as answer:
        assert answer.status_code == 200
        assert_strict(app, answer)


def test_under_https_every_answer_asks_for_https_and_cookies_stay_on_it(environ, tmp_path):
    app = make_app({**environ, "PUBLIC_URL": "https://shop.example", "PROXY_COUNT": "0"}, tmp_path)
    client = browser_of(app)

    answer = request_link(client, STAFF)

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "asked" in one]
    assert cookie.startswith("__Host-asked=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    for path in ("/", "/sign-in", "/nowhere", "/static/css/theme.css"):
        assert_strict(app, client.get(path))


HOSTS = (
    "evil.example",
    "127.0.0.1.evil.example",
    "evil.example:8000",
    "127.0.0.1@evil",
    "",
    " ",
    "127.0.0.1\\",
    "[::1]",
)


@pytest.mark.parametrize("host", [*HOSTS, "a" * 5000])
def test_another_host_is_told_where_we_are(app, host):
    answer = app.test_client().get("/sign-in", headers={"Host": host}, base_url="http://127.0.0.1:8000")

    assert_plain(app, answer, 400)
    assert "Open http://127.0.0.1:8000 instead." in answer.get_data(as_text=True)
    assert "evil" not in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


def test_a_forwarded_host_changes_nothing(app, client, sink):
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    answer = client.get("/outbox", headers=headers)

    assert answer.location == "/sign-in?next=/outbox"
    assert "evil" not in client.get("/nowhere", headers=headers).get_data(as_text=True)


FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "x"},
    {"Origin": "https://evil.example"}, {"Origin": "http://127.0.0.1:9000"}, {"Origin": "https://127.0.0.1:8000"},
)  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_of_another_site_is_refused_and_writes_nothing(app, client, headers):
    before = rows(app)
    answer = client.submit("/sign-in", {"email": STAFF}, headers=headers)

    assert_plain(app, answer, 403)
    assert "That form was sent from another site. Nothing was changed." in client.page.get_text()
    assert rows(app) == before


OWN = (
    {}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8000"}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
)  # fmt: skip


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_a_form_of_ours_is_taken(client, headers):
    assert client.submit("/sign-in", {"email": STAFF}, headers=headers).status_code == 303


def test_a_form_without_its_own_token_is_refused_and_writes_nothing(app, client, other):
    mine, foreign, before = client.token(), other.token(), rows(app)
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": mine[:-1]}, {"csrf_token": foreign}):
        for path in ("/sign-in", "/sign-in/code", "/sign-in/again", "/sign-in/link", "/sign-in/collect", "/sign-out"):
            answer = client.post(path, data={"email": STAFF, **token})
            assert_plain(app, answer, 400)
            assert "This page has expired, or cookies are turned off." in client.page.get_text()
    assert rows(app) == before


def test_every_changing_address_wants_a_token(app, client, sink):
    sign_in(app, client, sink, OWNER)
    before = rows(app)
    changing = [path for rule, path in addresses(app) if "POST" in rule.methods]

    assert "/sign-out" in changing

    for path in changing:
        refused = (400, 401, 415) if path.startswith(CALLS) else (400,)  # a call needs no cookie, but more
        assert client.post(path).status_code in refused, path
    assert rows(app) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X"])
def test_another_method_is_refused(app, client, method):
    for path in ("/", "/sign-in", "/sign-in/link/x", "/healthz", "/static/css/theme.css"):
        answer = client.open(path, method=method)
        assert_plain(app, answer, 405)
        assert "GET" in answer.headers["Allow"]


def test_a_page_that_is_not_there_and_one_that_is_not_yours(app, client, sink):
    assert_plain(app, client.get("/nowhere"), 404)
    assert_plain(app, client.get("/sign-in/link/x/y"), 404)

    sign_in(app, client, sink, STAFF)
    assert_plain(app, client.get("/outbox"), 403)


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 5 * 1024 * 1024])
def test_a_body_that_is_too_large_is_refused_and_writes_nothing(app, client, size):
    token, before = client.token(), rows(app)
    answer = client.post("/sign-in", data={"csrf_token": token, "email": "a" * size})

    assert_plain(app, answer, 413)
    assert rows(app) == before


def test_too_many_requests_of_one_network_are_refused_in_strict_form(environ, tmp_path):
    app = make_app({**environ, "RATELIMIT_ENABLED": "true"}, tmp_path)
    client = browser_of(app)
    token = client.token()
    answers = [client.post("/sign-in", data={"csrf_token": token}) for _ in range(61)]

    limiter.reset()

    assert_plain(app, answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.fixture(params=["nobody", "signed in"])
def away(request, environ, tmp_path, client, sink):
    """The app while its database is away, and a browser that was signed in before."""
    sign_in(client.application, client, sink, STAFF)
    request_link(client, STAFF)
    is_sqlite = environ["DATABASE_URL"].startswith("sqlite")
    url = f"sqlite:///{tmp_path}/away/x" if is_sqlite else f"postgresql://postgres@127.0.0.1:{find_free_port()}/x"
    app = make_app({**environ, "DATABASE_URL": url}, tmp_path)
    browser = browser_of(app)
    if request.param == "signed in":
        browser._cookies = client._cookies
    yield app, browser
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_while_the_database_is_away_every_page_says_so_or_does_without(away):
    app, client = away
    for rule, path in addresses(app):
        if "GET" in rule.methods and rule.endpoint != "operations.show_health":
            answer = client.get(path)
            assert answer.status_code in (200, 302, 303, 400, 401, 404, 410, 503), path
            assert_strict(app, answer)
            if answer.status_code == 503:
                assert answer.json if path.startswith(CALLS) else assert_plain(app, answer, 503) is None
                assert answer.headers["Retry-After"] == "10"


def test_while_the_database_is_away_errors_are_still_pages(away):
    app, client = away

    assert_plain(app, client.get("/nowhere"), 404)
    assert_plain(app, client.put("/"), 405)
    assert_plain(app, client.post("/sign-in"), 400)
    assert_plain(app, client.get("/sign-in", headers={"Host": "evil.example"}), 400)


def test_while_the_database_is_away_asking_is_refused_for_now(environ, tmp_path):
    url = f"postgresql://postgres@127.0.0.1:{find_free_port()}/x"
    app = make_app({**environ, "DATABASE_URL": url}, tmp_path)
    client = browser_of(app)

    answer = request_link(client, STAFF)

    assert_plain(app, answer, 503)
    assert answer.headers["Retry-After"] == "10"
    assert "check whether it was saved before you try again" in client.page.get_text()
    assert client.get("/healthz").status_code == 503


@pytest.fixture
def broken(environ, instance):
    """An app with a page that fails, and one that fails after it was rendered."""

    def fail():
        raise RuntimeError("the reason is in the log only")

    def fail_late(response):
        if "x-late" in response.headers:
            raise RuntimeError("the reason is in the log only")
        return response

    app = make_app(environ, instance)
    app.add_url_rule("/broken", view_func=fail)
    app.add_url_rule("/late", endpoint="late", view_func=lambda: ("", {"X-Late": "1"}))
    app.after_request(fail_late)
    return app


@pytest.mark.parametrize("path", ["/broken", "/late"])
def test_a_fault_of_ours_is_a_page_with_the_id_under_which_the_log_has_it(broken, path, caplog):
    client = browser_of(broken)
    answer = client.get(path)

    assert_plain(broken, answer, 500)
    assert "reason" not in client.page.get_text()
    request_id = re.search(r"request ([\w-]{22})", client.page.get_text())[1]
    [line] = [record for record in caplog.records if record.exc_info]
    assert request_id in line.getMessage()
    assert "the reason is in the log only" in caplog.text


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda value: ascii(value)[:20])
def test_garbage_in_a_cookie_of_ours_is_no_fault(app, client, garbage):
    raw = app.test_client(use_cookies=False)
    for name in (*OURS, "remember_token", "session", ""):
        for path in ("/", "/sign-in", "/sign-in/code", "/sign-in/link", "/outbox", "/nowhere", "/healthz"):
            cookie = {"HTTP_COOKIE": f"{name}={garbage}"}
            assert raw.get(path, environ_overrides=cookie).status_code < 405, (name, path)

    token = client.token()
    for name in OURS[1:]:
        client.set_cookie(name, garbage.encode("latin1", "replace").decode("latin1"), domain="127.0.0.1")
    for path in ("/sign-in/code", "/sign-in/again", "/sign-in/link", "/sign-in/collect", "/sign-out", "/sign-in"):
        answer = client.post(
            path, data={"csrf_token": token, "email": STAFF} if path == "/sign-in" else {"csrf_token": token}
        )
        assert answer.status_code < 500, path


def test_a_cookie_of_a_neighbour_signs_nobody_out(app, client, sink):
    sign_in(app, client, sink, STAFF)
    for name in ("remember_token", "session", "_user_id"):
        client.set_cookie(name, "1|a neighbour's", domain="127.0.0.1")
    assert client.get("/").status_code == 200
