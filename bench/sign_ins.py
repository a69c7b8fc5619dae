"""People who sign in, several at once, again and again: ask, wait for the letter, open the link, press the button."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from urllib.parse import urlencode, urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.live_server import LiveServer
from tests.smtp_server import ReceivedEmail, SmtpServer

PEOPLE = 8
SECONDS = 12
EMAIL_SECONDS = 30
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
numbers = count()


@dataclass
class SignInTimes:
    """What was measured, in seconds; `rate` is of whole sign-ins a second."""

    asked: list[float] = field(default_factory=list)
    redeemed: list[float] = field(default_factory=list)
    rate: float = 0.0


@dataclass
class Inboxes(SmtpServer):
    """A mail server that puts each message into the box of its one recipient; the first one there holds the link."""

    boxes: dict[str, SimpleQueue[ReceivedEmail]] = field(default_factory=dict)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        [to] = envelope.rcpt_tos
        self.boxes[to].put(ReceivedEmail(envelope.mail_from or "", [to], bytes(envelope.content or b"")))
        return "250 OK"


class Visitor:
    """One browser, over a kept connection, with an address of its own."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self.cookies: dict[str, str] = {}
        self.address = f"person{next(numbers)}@bench.example"

    def request(self, path: str, form: dict[str, str] | None = None) -> str:
        """Return the page of a request that was not refused."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status >= 400:
            raise AssertionError(f"{answer.status} {path}: {page[:500]}")
        return page

    def submit(self, path: str, **form: str) -> float:
        """Send the form of a page, and give how long its answer took."""
        [token, *_] = TOKEN.findall(self.request(path))
        began = monotonic()
        self.request(path, {"csrf_token": token, **form})
        return monotonic() - began

    def sign_in(self, post: Inboxes, times: SignInTimes) -> None:
        """Go the whole way once."""
        box = post.boxes[self.address] = SimpleQueue()
        times.asked.append(self.submit("/sign-in", email=self.address))
        link = box.get(timeout=EMAIL_SECONDS).link
        self.request(urlsplit(link).path)
        times.redeemed.append(self.submit("/sign-in/link"))
        if self.address not in self.request("/"):
            raise AssertionError("not signed in")


def measure_sign_ins(settings: dict[str, str], folder: Path) -> SignInTimes:
    """Let several people sign in for some seconds."""
    post = Inboxes()
    post.start()
    served = LiveServer({**settings, "MAIL_PORT": str(post.port)}, folder / "server.log").start()
    times, began = SignInTimes(), monotonic()
    try:
        with ThreadPoolExecutor(PEOPLE) as pool:
            done = [pool.submit(sign_in_until, served.url, post, times, began + SECONDS) for _ in range(PEOPLE)]
            for one in done:
                one.result()
        times.rate = len(times.redeemed) / (monotonic() - began)
    finally:
        served.stop()
        post.stop()
    return times


def sign_in_until(url: str, post: Inboxes, times: SignInTimes, until: float) -> None:
    """Be one new person after the other."""
    while monotonic() < until:
        Visitor(url).sign_in(post, times)
