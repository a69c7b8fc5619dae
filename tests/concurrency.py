"""Requests over the wire: a browser with only cookies, and many of its requests sent simultaneously."""

import re
import socket
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPResponse
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class WireResponse:
    """A response: status, heading and text, and the cookies that were set."""

    status: int
    text: str
    cookies: dict[str, str]

    @property
    def heading(self) -> str:
        return " ".join(re.findall(r"<h1>(.*?)</h1>", self.text, re.S))


@dataclass
class WireBrowser:
    """One browser at a running server."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> WireResponse:
        return self._send(self.write("GET", path))

    def post(self, path: str, **fields: str) -> WireResponse:
        return self._send(self.form(path, **fields))

    def open_link(self, link: str) -> WireResponse:
        """Open an email's link, to the page behind the redirect."""
        self.get(urlsplit(link).path)
        return self.get("/sign-in/link")

    def ask(self, address: str) -> WireResponse:
        """Request a link."""
        self.get("/sign-in")
        return self.post("/sign-in", email=address)

    def form(self, path: str, **fields: str) -> bytes:
        """Return a POST with the token of the last page."""
        return self.write("POST", path, urlencode({"csrf_token": self.token, **fields}))

    def write(self, method: str, path: str, body: str = "") -> bytes:
        """Return a whole request as bytes."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(self.url).netloc}", "Connection: close"]
        lines += [f"Cookie: {cookies}"] if cookies else []
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if body else []
        return "\r\n".join([*lines, "", body]).encode()

    def _send(self, raw: bytes) -> WireResponse:
        [answer] = send_together(self.url, [raw])
        self.cookies.update(answer.cookies)
        if found := TOKEN.search(answer.text):
            self.token = found.group(1)
        return answer


def send_together(url: str, requests: Iterable[bytes]) -> list[WireResponse]:
    """Send requests so that they arrive together: all but the last byte of each, then the last bytes in one go."""
    requests = list(requests)
    address = (urlsplit(url).hostname, urlsplit(url).port)
    sockets = [socket.create_connection(address, timeout=60) for _ in requests]
    for each, raw in zip(sockets, requests, strict=True):
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        each.sendall(raw[:-1])
    if len(requests) > 1:
        time.sleep(0.1)  # until the server waits only for the last bytes
    for each, raw in zip(sockets, requests, strict=True):
        each.sendall(raw[-1:])
    return [read_response(each) for each in sockets]


def read_response(from_socket: socket.socket) -> WireResponse:
    """Read one response and close."""
    with from_socket:
        response = HTTPResponse(from_socket)
        response.begin()
        text = response.read().decode()
        set_cookies = [line.partition(";")[0].partition("=") for line in response.headers.get_all("Set-Cookie", [])]
    return WireResponse(response.status, text, {name: value for name, _, value in set_cookies})


def count_statuses(answers: Iterable[WireResponse]) -> dict[int, int]:
    """Return the number of responses by status."""
    return dict(sorted(Counter(answer.status for answer in answers).items()))
