"""The session: new at each sign-in, limited by the server, ended by a click, and never readable from the table."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.sessions.models.login_session import LoginSession
from tests.conftest import browser_of, make_app
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, enter_code, open_link, read_email, request_link, sign_in

HOST = "127.0.0.1"


def secret_of(client):
    """Return the value of a signed-in browser's cookie, or an empty text."""
    cookie = client.get_cookie("login", domain=HOST)
    return cookie.value if cookie else None


def plant(client, value):
    """Put a session's cookie into a browser, as a thief or a neighboring host would."""
    client.set_cookie("login", value, domain=HOST)


def rows(app):
    """Return the sessions, oldest first, as plain values."""
    columns = [column.key for column in LoginSession.__table__.columns]
    with app.app_context():
        return [{c: getattr(row, c) for c in columns} for row in LoginSession.query.order_by(LoginSession.id)]


def is_in(client):
    return client.get("/").status_code == 200


def sign_out(client):
    return client.submit("/sign-out", of="/")


def flask(app, *words):
    return app.test_cli_runner().invoke(args=["sessions", *words])


# Its beginning


def test_each_sign_in_makes_a_new_session_and_a_new_cookie(app, client, sink):
    secrets = []
    for _ in range(2):
        sign_in(app, client, sink, STAFF)
        secrets.append(secret_of(client))

    assert len(set(secrets)) == 2
    assert [row["ended_because"] for row in rows(app)] == ["signed in anew", None]


def test_a_cookie_that_was_there_before_never_becomes_a_session(app, client, other, sink):
    planted = "A" * 43
    plant(client, planted)
    sign_in(app, client, sink, STAFF)

    assert secret_of(client) != planted

    plant(other, planted)
    assert not is_in(other)


def test_the_session_of_whoever_planted_it_does_not_become_the_victims(app, client, other, sink):
    sign_in(app, other, sink, STAFF)
    plant(client, secret_of(other))
    sign_in(app, client, sink, OWNER)

    assert secret_of(client) != secret_of(other)
    assert not is_in(other)
    assert OWNER not in other.get("/sign-in").get_data(as_text=True)


def test_asking_and_opening_leave_nothing_that_lets_in(app, client, sink):
    request_link(client, STAFF)
    open_link(client, read_email(app, sink, STAFF).link)

    assert secret_of(client) is None
    assert not is_in(client)
    assert rows(app) == []


def test_form_tokens_from_before_die_at_sign_in(app, client, sink):
    token = client.token()
    sign_in(app, client, sink, STAFF)

    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert is_in(client)


def test_the_table_holds_a_hash_and_never_the_secret(app, client, sink):
    sign_in(app, client, sink, STAFF)
    secret = secret_of(client)

    assert rows(app)[0]["secret_hash"] == sha256(secret.encode()).hexdigest()
    with app.app_context():
        tables = [f'SELECT * FROM "{name}"' for name in db.metadata.tables]
        everything = str([db.session.execute(text(table)).all() for table in tables])
    assert STAFF in everything
    assert secret not in everything


def test_a_hash_from_the_table_is_no_cookie(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    plant(other, rows(app)[0]["secret_hash"])
    assert not is_in(other)


@pytest.mark.parametrize("value", ["", "x", "é", "A" * 3000, "1", "'; DROP TABLE people; --", "\x00"])
def test_a_senseless_cookie_is_nobody(app, client, value):
    plant(client, value)
    assert client.get("/").status_code == 302
    assert client.get("/sign-in").status_code == 200


# Its cookies


def cookies_of(answer):
    """Return each cookie of a response with its flags, by name."""
    lines = [line.split("; ") for line in answer.headers.getlist("Set-Cookie")]
    return {line[0].partition("=")[0]: set(line[1:]) for line in lines}


def test_on_http_the_cookies_are_out_of_reach_of_scripts(app, client, sink):
    request_link(client, STAFF)
    found = cookies_of(confirm_link(client, read_email(app, sink, STAFF).link))

    assert {"login", "browser"} <= set(found)
    for flags in found.values():
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
        assert not any(flag.startswith("Domain") for flag in flags)
    assert f"Max-Age={14 * 24 * 3600}" in found["login"]


def test_on_https_every_cookie_is_secure_and_bound_to_the_host(environ, tmp_path, sink):
    safe = make_app({**environ, "PUBLIC_URL": "https://admin.shop.example", "PROXY_COUNT": "0"}, tmp_path)
    client = browser_of(safe)
    found = {**cookies_of(client.get("/sign-in")), **cookies_of(request_link(client, STAFF))}
    letter = read_email(safe, sink, STAFF)

    found |= cookies_of(client.get(letter.link)) | cookies_of(confirm_link(client, letter.link))

    assert set(found) == {f"__Host-{name}" for name in ("form", "asked", "link", "login", "browser")}
    for flags in found.values():
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags
        assert not any(flag.startswith("Domain") for flag in flags)
    assert is_in(client)


def test_on_https_a_cookie_without_the_prefix_is_nobody(environ, tmp_path, sink):
    safe = make_app({**environ, "PUBLIC_URL": "https://admin.shop.example", "PROXY_COUNT": "0"}, tmp_path)
    client, other = browser_of(safe), browser_of(safe)
    sign_in(safe, client, sink, STAFF)
    secret = client.get_cookie("__Host-login", domain="admin.shop.example").value
    other.set_cookie("login", secret, domain="admin.shop.example")

    assert not is_in(other)


# Its end


@pytest.mark.both_databases
def test_twelve_idle_hours_end_it(app, client, other, sink, clock):
    sign_in(app, client, sink, STAFF)
    sign_in(app, other, sink, OWNER)
    clock(hours=11, minutes=59)

    assert is_in(client)

    clock(hours=12, minutes=1)
    assert is_in(client)
    assert not is_in(other)


@pytest.mark.both_databases
def test_fourteen_days_end_it_however_busy(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    for hours in range(11, 14 * 24, 11):
        clock(hours=hours)
        assert is_in(client)

    clock(days=14, minutes=1)
    assert not is_in(client)


def test_both_bounds_are_settings(app, client, other, sink, clock):
    app.config.update(SESSION_IDLE_HOURS=1, SESSION_MAX_DAYS=1)
    sign_in(app, client, sink, STAFF)
    clock(minutes=61)

    assert not is_in(client)
    assert f"Max-Age={24 * 3600}" in cookies_of(sign_in(app, other, sink, STAFF))["login"]


@pytest.mark.both_databases
def test_last_seen_is_written_once_a_minute(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    seen = [rows(app)[0]["last_seen_at"]]
    for seconds in (30, 59, 62, 90):
        clock(seconds=seconds)
        client.get("/")
        seen.append(rows(app)[0]["last_seen_at"])

    assert seen[0] == seen[1] == seen[2]
    assert seen[3] == seen[4]
    assert timedelta(seconds=60) <= seen[3] - seen[0] < timedelta(seconds=75)


def test_signing_out_ends_it_and_clears_the_cookie(app, client, sink):
    sign_in(app, client, sink, STAFF)
    answer = sign_out(client)

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert secret_of(client) is None
    assert rows(app)[0]["ended_because"] == "signed out"
    client.get("/sign-in")
    assert "You're signed out." in client.page.get_text()


def test_signing_out_clears_what_scripts_could_store_and_no_cache(app, client, sink):
    """Chromium takes seconds to clear its cache; no personal page is ever cached in the first place."""
    sign_in(app, client, sink, STAFF)
    page = client.get("/")

    answer = client.submit("/sign-out", of="/")

    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert (page.headers["Cache-Control"], answer.headers["Cache-Control"]) == ("no-store", "no-store")


def test_a_cookie_kept_from_before_signing_out_is_nobody(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    plant(other, secret_of(client))
    assert is_in(other)

    sign_out(client)
    assert not is_in(other)
    assert [row["ended_because"] for row in rows(app)] == ["signed out"]


def test_signing_out_is_a_press_and_never_a_visit(app, client, sink):
    sign_in(app, client, sink, STAFF)
    answer = client.get("/sign-out")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    assert is_in(client)


def test_signing_out_without_the_forms_token_does_nothing(app, client, sink):
    sign_in(app, client, sink, STAFF)
    assert client.post("/sign-out").status_code == 400
    assert is_in(client)


def test_signing_out_ends_this_browsers_session_only(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    sign_in(app, other, sink, STAFF)

    sign_out(client)

    assert is_in(other)


def test_signing_out_leaves_an_entry(app, client, sink):
    sign_in(app, client, sink, STAFF)
    sign_out(client)
    with app.app_context():
        entry = Entry.query.filter_by(event="signed_out").one()
        assert (entry.by, entry.network) == (STAFF, "127.0.0.1")


# Someone else


@pytest.mark.parametrize("by_code", [False, True])
def test_signing_in_as_somebody_else_ends_the_earlier_session(app, client, other, sink, by_code):
    sign_in(app, client, sink, STAFF)
    plant(other, secret_of(client))
    request_link(client, OWNER)
    letter = read_email(app, sink, OWNER)

    assert (enter_code(client, letter.code) if by_code else confirm_link(client, letter.link)).status_code == 303
    assert OWNER in client.get("/").get_data(as_text=True)
    assert not is_in(other)
    with app.app_context():
        ended = Entry.query.filter_by(event="session_ended").one()
        assert (ended.by, ended.details["address"], ended.details["reason"]) == (OWNER, STAFF, "signed in anew")


def test_every_page_on_the_way_says_who_is_signed_in(app, client, sink):
    sign_in(app, client, sink, STAFF)
    client.get("/sign-in")
    assert f"You're signed in as {STAFF}" in client.page.get_text()

    request_link(client, OWNER)
    client.get("/sign-in/code")
    assert f"as {STAFF}. If you continue, you'll be signed out of that account." in client.page.get_text()

    open_link(client, read_email(app, sink, OWNER).link)
    assert f"as {STAFF}. If you continue, you'll be signed out of that account." in client.page.get_text()
    assert client.page.h1.get_text() == f"Sign in as {OWNER}"
    assert is_in(client)


def test_a_refused_link_leaves_the_earlier_session_alone(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    request_link(client, OWNER)
    link = read_email(app, sink, OWNER).link
    clock(minutes=11)

    assert confirm_link(client, link).status_code == 410
    assert STAFF in client.get("/").get_data(as_text=True)


# From the command line


def test_the_list_names_every_live_session_and_no_secret(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    sign_in(app, other, sink, OWNER)

    found = json.loads(flask(app, "list", "--json").stdout)
    assert [(row["address"], row["via"], row["browser"]) for row in found] == [
        (OWNER, "link", "Firefox on Linux"),
        (STAFF, "link", "Firefox on Linux"),
    ]

    printed = flask(app, "list").stdout
    assert STAFF in printed
    assert rows(app)[0]["secret_hash"] not in printed


def test_sessions_that_are_over_are_not_listed(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    clock(hours=13)
    assert json.loads(flask(app, "list", "--json").stdout) == []


def test_one_session_is_ended_by_its_number(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    sign_in(app, other, sink, STAFF)

    done = flask(app, "end", str(rows(app)[0]["id"]))

    assert (done.exit_code, done.stdout) == (0, "1 session ended.\n")
    assert not is_in(client)
    assert is_in(other)


def test_all_sessions_of_an_address_are_ended_by_it(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    sign_in(app, other, sink, STAFF)

    assert flask(app, "end", STAFF).stdout == "2 sessions ended.\n"
    assert not is_in(client)
    assert not is_in(other)
    with app.app_context():
        ended = Entry.query.filter_by(event="session_ended", by="command line").all()
        assert [entry.details["address"] for entry in ended] == [STAFF, STAFF]


@pytest.mark.parametrize("which", [OWNER, "99", "nonsense"])
def test_ending_what_is_not_there_is_refused(app, client, sink, which):
    sign_in(app, client, sink, STAFF)
    refused = flask(app, "end", which)

    assert (refused.exit_code, refused.stderr) == (1, f"Error: There is no active session for {which}.\n")
    assert is_in(client)
