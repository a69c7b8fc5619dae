"""The way in, as a person takes it: ask, read the letter, press the button. No test sets a cookie by hand."""

from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from shop.outbox.worker import FAREWELL, Worker
from tests import snapshots
from tests.inspecting import InspectingClient
from tests.sink import Received, Sink


def deliver(app: Flask, *, senders: int = 1) -> None:
    """Let the mail worker do what is due, one letter after the other: a test seldom has two."""
    worker = Worker(app, senders=senders)
    worker.work_until_empty()
    began = monotonic()
    worker.stop()
    assert monotonic() - began < FAREWELL, "it waited for letters in flight, and there was none"


def ask(client: InspectingClient, address: str, *, wanted: str = "", **kwargs: Any) -> TestResponse:
    """Ask for a link."""
    path = f"/sign-in?next={wanted}" if wanted else "/sign-in"
    return client.submit(path, {"email": address}, **kwargs)


def read_letter(app: Flask, sink: Sink, address: str) -> Received:
    """Let what is due be delivered and give the newest letter to that address that lets somebody in."""
    deliver(app)
    return (sink.ways_in(address) or sink.letters_to(address))[-1]


def path_of(link: str) -> str:
    """Give a link's path, which is all that the test client needs."""
    return urlsplit(link).path


def open_link(client: InspectingClient, link: str) -> TestResponse:
    """Open a link as a browser does, to the page behind the redirect."""
    return client.get(path_of(link), follow_redirects=True)


def press(client: InspectingClient, link: str) -> TestResponse:
    """Open a link and press the button of its page."""
    client.get(path_of(link))
    return client.submit("/sign-in/link", of="/sign-in")


def type_code(client: InspectingClient, code: str) -> TestResponse:
    """Type a code into the page that waits for it."""
    return client.submit("/sign-in/code", {"code": code}, of="/sign-in")


def sign_in(app: Flask, client: InspectingClient, sink: Sink, address: str, *, wanted: str = "") -> TestResponse:
    """Go the whole way in by the link. From a fresh shop, with a fresh browser, it is gone once for several tests."""

    def go() -> tuple[TestResponse, list[Received], dict[str, Any]]:
        count = len(sink.received)
        ask(client, address, wanted=wanted)
        answer = press(client, read_letter(app, sink, address).link)
        return answer, sink.received[count:], {**client.__dict__, "_cookies": dict(client._cookies)}

    def again(gone: tuple[TestResponse, list[Received], dict[str, Any]]) -> None:
        sink.received.extend(gone[1])
        client.__dict__.update(gone[2], _cookies=dict(gone[2]["_cookies"]))

    if client._cookies or hasattr(client, "text"):
        return go()[0]
    browser = tuple(sorted(client.environ_base.items()))
    return snapshots.once(app, ("sign in", address, wanted, browser), go, again=again)[0]


def way_to(client_id: str) -> str:
    """Give the way back that a visitor of a client's has, as it stands in the address of the sign-in page."""
    return quote(f"/oauth/authorize?client_id={client_id}", safe="")


def sign_in_to(app: Flask, client: InspectingClient, sink: Sink, address: str, client_id: str) -> TestResponse:
    """Go the whole way in as a visitor of a client's, by the link."""
    return sign_in(app, client, sink, address, wanted=way_to(client_id))
