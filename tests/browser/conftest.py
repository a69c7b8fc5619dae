"""browser, window, page and shops: real Chromium, whose every window is watched for what no page of ours may do."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import means
from tests.browser.scene import DOMAIN, LONG, Scene
from tests.browser.windows import DESK, Watch, open_chromium
from tests.cast import SETTINGS
from tests.databases import KEY, SqliteTemplate
from tests.serving import Served
from tests.sink import Sink


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder; gone before other tests run, because its event loop would stand in their way."""
    if means.chromium() is None:
        pytest.skip("no Chromium here")
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open windows that share nothing, as often as a test needs: window(java_script_enabled=False)."""
    watch, contexts = Watch(), []

    def open_window(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
        context.set_default_timeout(10_000)
        watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert watch.faults == []


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    """A window of a desktop browser."""
    return window()


@pytest.fixture(scope="module")
def open_shop(sqlite_template: SqliteTemplate, running_sink: Sink, tmp_path_factory) -> Iterator[Callable[..., Scene]]:
    """Start shops for a whole file of tests, with a very long address among their people."""
    running: list[Served] = []

    def start(**settings: str) -> Scene:
        folder = tmp_path_factory.mktemp("shop")
        url = sqlite_template.fresh(folder)
        mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(running_sink.port)}
        people = {**SETTINGS, "ALLOWED_EMAILS": f"{SETTINGS['ALLOWED_EMAILS']}, {DOMAIN}, {LONG}"}
        own = {"SECRET_KEY": KEY, "DATABASE_URL": url, "INSTANCE_PATH": str(folder), "RATELIMIT_ENABLED": "false"}
        sender = {"MAIL_DEFAULT_SENDER": "door@shop.example"}
        running.append(Served({**mail, **sender, **people, **own, **settings}, folder / "server.log").start())
        return Scene(running[-1].url, running_sink, url)

    yield start
    for served in running:
        served.stop()


@pytest.fixture
def make_run(tmp_path) -> Iterator[Served]:
    """The program as `make run` starts it, with a folder of its own."""
    own = {"INSTANCE_PATH": str(tmp_path / "instance")}
    served = Served(own, tmp_path / "server.log", module="shop.operations.local").start()
    yield served
    served.stop()
