"""browser, window, page and shops: real Chromium, whose every window is checked for what no page of ours may do."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.live_shop import DOMAIN, LONG_EMAIL, LiveShop
from tests.browser.windows import PageWatch, ReusedWindows, open_chromium, open_window
from tests.concurrency import WireBrowser
from tests.databases import KEY, SqliteTemplate
from tests.live_server import LiveServer
from tests.sample_people import OWNER, SETTINGS
from tests.smtp_server import SmtpServer


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder; closed before other tests run, because its event loop would block them."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open windows that share nothing, as often as a test needs: window(java_script_enabled=False)."""
    watch, opened = PageWatch(), []

    def open_another(**options: Any) -> Page:
        opened.append(open_window(browser, watch, **options))
        return opened[-1]

    yield open_another
    for page in opened:
        page.context.close()
    assert watch.faults == []


@pytest.fixture(scope="module")
def wiped(browser: Browser) -> Iterator[ReusedWindows]:
    """Windows for a whole file of tests."""
    windows = ReusedWindows(browser)
    yield windows
    windows.close()


@pytest.fixture
def clean_window(wiped: ReusedWindows) -> Iterator[Callable[[], Page]]:
    """Take windows that are as good as new, as often as a test needs."""
    yield wiped.open
    wiped.wipe()
    found, wiped.watch.faults = wiped.watch.faults, []
    assert found == []


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    """A window of a desktop browser."""
    return window()


@pytest.fixture(scope="module")
def open_shop(
    sqlite_template: SqliteTemplate, running_sink: SmtpServer, tmp_path_factory
) -> Iterator[Callable[..., LiveShop]]:
    """Start shops for a whole file of tests, with a very long address among their people."""
    running: list[LiveServer] = []

    def start(**settings: str) -> LiveShop:
        folder = tmp_path_factory.mktemp("shop")
        url = sqlite_template.fresh(folder)
        mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(running_sink.port)}
        people = {**SETTINGS, "ALLOWED_EMAILS": f"{SETTINGS['ALLOWED_EMAILS']}, {DOMAIN}, {LONG_EMAIL}"}
        own = {"SECRET_KEY": KEY, "DATABASE_URL": url, "INSTANCE_PATH": str(folder), "RATELIMIT_ENABLED": "false"}
        sender = {"MAIL_DEFAULT_SENDER": "door@shop.example"}
        running.append(LiveServer({**mail, **sender, **people, **own, **settings}, folder / "server.log").start())
        WireBrowser(running[-1].url).ask(OWNER)  # an empty log beside rows that a test wrote itself would not be intact
        return LiveShop(running[-1].url, running_sink, url)

    yield start
    for served in running:
        served.stop()


@pytest.fixture
def make_run(tmp_path) -> Iterator[LiveServer]:
    """The program as `make run` starts it, with a folder of its own."""
    own = {"INSTANCE_PATH": str(tmp_path / "instance")}
    served = LiveServer(own, tmp_path / "server.log", module="shop.operations.dev_server").start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def running(open_shop: Callable[..., LiveShop]) -> LiveShop:
    """A server that the tests of a file share."""
    return open_shop()


@pytest.fixture
def shop(running: LiveShop, window: Callable[..., Page]) -> LiveShop:
    """The same with this test's own windows, and no sign-in requested."""
    return running.anew(window)
