"""A locked or silent database: pages end with 503 after seconds, the health check within two."""

import threading
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from shop import config
from shop.database import connections, postgresql_connection
from shop.extensions import db
from shop.transactions import snapshot
from tests.conftest import browser_of, make_app
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in
from tests.tcp_proxy import TcpProxy

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
HEALTH_SECONDS = 2.0
LONG = text("SELECT pg_sleep(2.2)")  # longer than a page's statement timeout


@pytest.fixture
def short(monkeypatch):
    """Shorten the timeouts, and with them the test."""
    monkeypatch.setattr(connections, "LOCK_SECONDS", 1)
    monkeypatch.setattr(connections, "STATEMENT_SECONDS", 2)
    monkeypatch.setattr(connections, "ANSWER_SECONDS", 2.5)
    monkeypatch.setattr(postgresql_connection, "SILENCE", 1.0)


@pytest.fixture
def proxy(database_url):
    url = urlsplit(database_url)
    proxy = TcpProxy(url.hostname, url.port or 5432).start()
    yield proxy
    proxy.stop()


@pytest.fixture
def behind_the_proxy(environ, tmp_path, proxy):
    """Build an app that reaches its database through the proxy."""
    url = urlsplit(environ["DATABASE_URL"])
    far = urlunsplit(url._replace(netloc=f"{url.username}@127.0.0.1:{proxy.port}"))
    app = make_app({**environ, "DATABASE_URL": far}, tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()


def clocked(act):
    began = monotonic()
    answer = act()
    return answer, monotonic() - began


def test_a_locked_table_ends_a_page_and_not_the_health_check(short, app, client, sink, database_url):
    sign_in(app, client, sink, OWNER)
    with app.app_context():
        db.engine.dispose()
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE login_sessions IN ACCESS EXCLUSIVE MODE")
        page, seconds = clocked(lambda: client.get("/"))
        health, health_seconds = clocked(lambda: client.get("/healthz"))

    assert (page.status_code, health.status_code) == (503, 200)
    assert page.headers["Retry-After"]
    assert 0.9 < seconds < 5
    assert health_seconds < HEALTH_SECONDS
    assert client.get("/").status_code == 200


def test_a_server_that_falls_silent_ends_a_page_and_the_health_check(short, behind_the_proxy, proxy, sink):
    client = browser_of(behind_the_proxy)
    sign_in(behind_the_proxy, client, sink, OWNER)

    proxy.fall_silent()
    health, health_seconds = clocked(lambda: client.get("/healthz"))
    page, seconds = clocked(lambda: client.get("/"))
    proxy.speak()

    assert (health.status_code, page.status_code) == (503, 503)
    assert health_seconds < HEALTH_SECONDS
    assert seconds < connections.PING_SECONDS + connections.CONNECT_SECONDS + 3
    assert client.get("/").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_the_door_waits_for_a_silent_server_once(behind_the_proxy, proxy):
    proxy.fall_silent()
    page, seconds = clocked(lambda: browser_of(behind_the_proxy).get("/sign-in"))
    proxy.speak()

    assert page.status_code == 200
    assert seconds < 1.5 * connections.CONNECT_SECONDS


def test_a_server_that_falls_silent_within_a_transaction_is_given_up(short, behind_the_proxy, proxy):
    with behind_the_proxy.app_context():
        db.session.execute(text("SELECT 1"))

        proxy.fall_silent()
        began = monotonic()
        with pytest.raises(OperationalError):
            db.session.execute(text("SELECT 1"))
        seconds = monotonic() - began
        proxy.speak()
        db.session.rollback()

        assert 2 < seconds < 5
        assert db.session.scalar(text("SELECT 1")) == 1


READ_AT_LENGTH = [
    ("/stock/check", "/stock"),
    pytest.param("/audit/check", "/audit", marks=pytest.mark.slow),
    pytest.param("/audit/export", "/audit", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("path", "of"), READ_AT_LENGTH)
def test_who_reads_at_length_gives_a_silent_server_up(short, behind_the_proxy, proxy, sink, path, of):
    client = browser_of(behind_the_proxy)
    sign_in(behind_the_proxy, client, sink, OWNER)
    fields = {"csrf_token": client.token(of)}

    def fall_silent(_connection, _cursor, statement, *_others):
        if "set_config" in statement:  # the following statements may take minutes
            proxy.fall_silent()

    event.listen(Engine, "after_cursor_execute", fall_silent)
    page, seconds = clocked(lambda: client.post(path, data=fields))
    event.remove(Engine, "after_cursor_execute", fall_silent)
    proxy.speak()

    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert 1 < seconds < timed_out() + 2
    assert client.post(path, data=fields).status_code in (200, 303)


def timed_out():
    """Return the seconds until the timeout."""
    return postgresql_connection.SILENCE + connections.CONNECT_SECONDS


@pytest.mark.slow
def test_a_command_gives_a_silent_server_up_too(short, database_url, proxy):
    url = urlsplit(config.database_url(database_url, Path()))
    far = urlunsplit(url._replace(netloc=f"{url.username}@127.0.0.1:{proxy.port}"))
    engine = create_engine(far, **connections.engine_options(far, is_limited=False, threads=1))

    with engine.connect() as connection:
        connection.execute(LONG)
        proxy.fall_silent()
        with pytest.raises(OperationalError, match="the server does not answer"):
            connection.execute(LONG)
    engine.dispose()


@pytest.mark.slow
def test_a_long_read_of_a_page_is_not_cut(short, app):
    with app.app_context():
        db.engine.dispose()
        with pytest.raises(OperationalError):
            db.session.execute(LONG)

        with snapshot():
            db.session.execute(LONG)


@pytest.mark.slow
def test_a_command_takes_its_time_whatever_the_database_would_allow(short, database_url):
    url = config.database_url(database_url, Path())
    name = urlsplit(database_url).path[1:]
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET statement_timeout = '1s'")
    engine = create_engine(url, **connections.engine_options(url, is_limited=False, threads=1))

    try:
        with engine.connect() as connection:
            connection.execute(LONG)
        engine.dispose()
    finally:
        with psycopg.connect(database_url, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} RESET statement_timeout")


@pytest.mark.slow
def test_a_server_that_starts_waits_for_another_that_migrates(short, app, database_url):
    with psycopg.connect(database_url) as other, app.app_context():
        db.engine.dispose()
        other.execute("SELECT pg_advisory_xact_lock(7418252)")
        threading.Timer(1.5, other.rollback).start()

        _, seconds = clocked(upgrade)

    assert seconds > 1.4
