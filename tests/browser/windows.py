"""Real Chromium, the sizes of its windows, and the checks in all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests import available_services
from tests.processes import PATIENCE

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
OWN_HOST = "127.0.0.1"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open this machine's Chromium, and close it at the end; without one, skip the test."""
    if available_services.find_chromium() is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=available_services.find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


expect.set_options(timeout=1000 * PATIENCE)


@dataclass
class PageWatch:
    """Collects what no page of ours may do: complain on the console, violate its policy, or call another host."""

    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", self.see_request)
        context.on("response", self.see_response)

    def hear(self, message: ConsoleMessage) -> None:
        # Chromium logs a line for every page with an error status; see_response tells pages from missing files.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.faults.append(f"{message.type}: {message.text}")

    def see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "about") and address.hostname != OWN_HOST:
            self.faults.append(f"asked another host: {request.url}")

    def see_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status} for {response.url}")


def open_window(browser: Browser, watch: PageWatch, **options: Any) -> Page:
    """Open a window that shares nothing with any other."""
    context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
    context.set_default_timeout(1000 * PATIENCE)
    watch.over(context)
    return context.new_page()


@dataclass
class ReusedWindows:
    """Reused windows for tests that only look: opening one costs more than the look, so each is wiped and reused.

    Our pages leave nothing in a browser but cookies.
    """

    browser: Browser
    watch: PageWatch = field(default_factory=PageWatch)
    used: list[Page] = field(default_factory=list)
    clean: list[Page] = field(default_factory=list)

    def open(self) -> Page:
        self.used.append(self.clean.pop() if self.clean else open_window(self.browser, self.watch))
        return self.used[-1]

    def wipe(self) -> None:
        """Reset the used windows to their original state."""
        for page in self.used:
            page.context.clear_cookies()
            page.goto("about:blank")
            page.set_viewport_size(DESK)
            page.emulate_media(color_scheme="null")
        self.clean += self.used
        self.used.clear()

    def close(self) -> None:
        for page in self.clean:
            page.context.close()
