"""app, client, clock, sink, served: the real parts, and nothing clever."""

import gc
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from time import time
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from shop import clock as shop_clock
from shop import create_app
from shop.database.outage import outages
from shop.extensions import db, limiter
from tests import available_services, promises, results, sample_people, snapshots, sql_statements
from tests.connection_leaks import LeakDetector
from tests.databases import KEY, PostgresqlDatabase, SqliteTemplate, create_postgresql, skip_disk_sync
from tests.frozen_clock import FrozenClock
from tests.live_server import LiveServer
from tests.page_inspector import InspectingClient
from tests.route_cache import cache_compiled_routes
from tests.smtp_server import SmtpServer

sql_statements.refuse_late_locks()
skip_disk_sync()
cache_compiled_routes()
leak_detector = LeakDetector().begin()
STARTED = time()
COMPILED = FileSystemBytecodeCache(mkdtemp(prefix="templates-"))  # otherwise each test compiles its templates again


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a database on both kinds, or on those that it names itself.

    PostgreSQL is left to the slow lane, except for tests marked as able to differ.
    """
    is_named = any("database_url" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if is_named or "database_url" not in metafunc.fixturenames:
        return
    of_slow_lane = () if metafunc.definition.get_closest_marker("both_databases") else pytest.mark.slow
    kinds: list[Any] = ["sqlite", pytest.param("postgresql", marks=of_slow_lane)]
    is_left_out = of_slow_lane and "not slow" in metafunc.config.option.markexpr
    metafunc.parametrize("database_url", kinds[:1] if is_left_out else kinds, indirect=True)


def pytest_report_header() -> str:
    return available_services.describe_services()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print this run's measurements at the end, where a person sees them."""
    if measured := results.load_figures(STARTED):
        terminalreporter.section("figures")
        for name, one in measured.items():
            terminalreporter.write_line(f"{name}: {json.dumps(one['figures'])}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write docs/promises.md after a complete, successful `make prove`: every promise has been measured then."""
    options = session.config.option
    is_whole = options.markexpr == "prove or figure" and not options.keyword and "tests" in session.config.args
    if exitstatus or not is_whole or hasattr(session.config, "workerinput"):
        return
    measured = results.load_figures(STARTED)
    if missing := promises.list_unmeasured(measured):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nNo test has measured:", *missing, sep="\n")
    elif not results.SHORT:
        promises.write_page(measured)


def pytest_sessionstart() -> None:
    missing = [name for name, is_here in available_services.list_services().items() if not is_here]
    if missing and available_services.is_ci():
        pytest.exit(f"CI=true, and this machine lacks {', '.join(missing)}", returncode=1)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make garbage collections rare, and exclude what is loaded by now.

    By default Python would traverse all modules and tests hundreds of times, a tenth of the whole run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def connections_stay_as_they_are() -> Iterator[None]:
    """Check after each test that every connection has returned to the pool in its original state."""
    yield
    assert leak_detector.take_notes() == []


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlDatabase | None]:
    database = create_postgresql(tmp_path_factory.mktemp("postgresql"))
    yield database
    if database:
        database.drop()


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one path under which an app finds its files, whichever test they belong to."""
    return tmp_path_factory.mktemp("shop") / "here"


@pytest.fixture
def instance(here: Path, tmp_path: Path) -> Path:
    """The app's folder: this test's own."""
    here.unlink(missing_ok=True)
    here.symlink_to(tmp_path)
    return here


@pytest.fixture
def database_url(request: pytest.FixtureRequest, instance: Path) -> str:
    """A fresh, migrated database: the test runs once on each kind."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_template").fresh(instance)
    database = request.getfixturevalue("postgresql_database")
    if database is None:
        pytest.skip("no PostgreSQL here")
    return database.fresh()


@pytest.fixture(scope="session")
def running_sink() -> Iterator[SmtpServer]:
    sink = SmtpServer().start()
    yield sink
    sink.stop()


@pytest.fixture
def sink(running_sink: SmtpServer) -> SmtpServer:
    """A real SMTP server, empty."""
    running_sink.received.clear()
    return running_sink


@pytest.fixture
def environ(database_url: str, sink: SmtpServer) -> dict[str, str]:
    """Settings that are safe for production, on loopback; limits per network are off, as in a load test."""
    return {
        "SECRET_KEY": KEY,
        "DATABASE_URL": database_url,
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(sink.port),
        "MAIL_DEFAULT_SENDER": "door@shop.example",
        "RATELIMIT_ENABLED": "false",
        **sample_people.SETTINGS,
    }


@pytest.fixture
def app(environ: dict[str, str], instance: Path) -> Iterator[Flask]:
    """The app as it is deployed; the email worker only runs when a test says so.

    Like a server's app, it is reused: each test finds a fresh database and an empty folder under it, and the original
    settings. A test that adds to the app builds one of its own.
    """
    app = build_app(tuple(sorted(environ.items())), instance)
    limiter.enabled = app.config["RATELIMIT_ENABLED"]  # these two have the settings of the app that was built last
    app.logger.setLevel(app.config["LOG_LEVEL"])
    outages.kind = None  # left by another test's database
    usual = dict(app.config)
    yield app
    app.config.clear()
    app.config.update(usual)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@lru_cache(maxsize=8)
def build_app(settings: tuple[tuple[str, str], ...], instance: Path) -> Flask:
    """Build the app with these settings, once: it takes as long as a dozen pages."""
    app = make_app(dict(settings), instance)
    snapshots.register_fresh_state(app)
    return app


def make_app(environ: dict[str, str], instance: Path) -> Flask:
    """Build an app whose client inspects every page."""
    app = create_app(environ, instance=instance)
    app.test_client_class = InspectingClient
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A browser."""
    return browser_of(app)


@pytest.fixture
def other(app: Flask) -> InspectingClient:
    """Another browser."""
    return browser_of(app)


def browser_of(app: Flask) -> InspectingClient:
    """Return a browser without cookies."""
    client = app.test_client()
    client.environ_base.update(
        HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    )
    return client


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """Freeze the time, and move it: clock(minutes=5). The only test double."""
    still = FrozenClock()
    shop_clock.set_offset(still)
    yield still
    shop_clock.set_offset(timedelta())


@pytest.fixture
def serve(environ: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """Start the real server, as often as a test needs it: serve(), serve(THREADS="16")."""
    running: list[LiveServer] = []

    def start(**settings: str) -> LiveServer:
        own = {name: value for name, value in environ.items() if name != "PUBLIC_URL"}
        log = tmp_path / f"server{len(running)}.log"
        running.append(LiveServer({**own, "INSTANCE_PATH": str(tmp_path), **settings}, log).start())
        return running[-1]

    yield start
    for served in running:
        served.stop()
