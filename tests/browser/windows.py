"""Real Chromium, the sizes of its windows, and what is watched in all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, Response, sync_playwright

from tests import means

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
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
    """Open the Chromium of this machine, and close it in the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=means.chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """Collects what no page of ours may do: complain on the console, break its policy, or call another host."""

    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", self.see_request)
        context.on("response", self.see_response)

    def hear(self, message: ConsoleMessage) -> None:
        # Chromium writes a line for every page with an error status; see_response tells pages from missing files.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.faults.append(f"{message.type}: {message.text}")

    def see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "about") and address.hostname != OWN_HOST:
            self.faults.append(f"asked another host: {request.url}")

    def see_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status} for {response.url}")
