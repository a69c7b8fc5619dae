"""Sign-in as a person does it: request, read the email, click the button. No test sets a cookie by hand."""

from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from shop.outbox.worker import SHUTDOWN, Worker
from tests import snapshots
from tests.page_inspector import InspectingClient
from tests.smtp_server import ReceivedEmail, SmtpServer


def deliver_emails(app: Flask, *, senders: int = 1) -> None:
    """Let the email worker deliver what is due, one email after the other: a test seldom has two."""
    worker = Worker(app, senders=senders)
    worker.work_until_empty()
    began = monotonic()
    worker.stop()
    assert monotonic() - began < SHUTDOWN, "it waited for letters in flight, and there was none"


def request_link(client: InspectingClient, address: str, *, wanted: str = "", **kwargs: Any) -> TestResponse:
    """Request a link."""
    path = f"/sign-in?next={wanted}" if wanted else "/sign-in"
    return client.submit(path, {"email": address}, **kwargs)


def read_email(app: Flask, sink: SmtpServer, address: str) -> ReceivedEmail:
    """Deliver what is due, and return the newest email to that address that signs a person in."""
    deliver_emails(app)
    return (sink.ways_in(address) or sink.letters_to(address))[-1]


def link_path(link: str) -> str:
    """Return a link's path, which is all that the test client needs."""
    return urlsplit(link).path


def open_link(client: InspectingClient, link: str) -> TestResponse:
    """Open a link as a browser does, to the page behind the redirect."""
    return client.get(link_path(link), follow_redirects=True)


def confirm_link(client: InspectingClient, link: str) -> TestResponse:
    """Open a link and click the button of its page."""
    client.get(link_path(link))
    return client.submit("/sign-in/link", of="/sign-in")


def enter_code(client: InspectingClient, code: str) -> TestResponse:
    """Type a code into the page that waits for it."""
    return client.submit("/sign-in/code", {"code": code}, of="/sign-in")


def sign_in(app: Flask, client: InspectingClient, sink: SmtpServer, address: str, *, wanted: str = "") -> TestResponse:
    """Sign in completely by the link. From a fresh shop and browser the resulting state is reused by several tests."""

    def go() -> tuple[TestResponse, list[ReceivedEmail], dict[str, Any]]:
        count = len(sink.received)
        request_link(client, address, wanted=wanted)
        answer = confirm_link(client, read_email(app, sink, address).link)
        return answer, sink.received[count:], {**client.__dict__, "_cookies": dict(client._cookies)}

    def again(gone: tuple[TestResponse, list[ReceivedEmail], dict[str, Any]]) -> None:
        sink.received.extend(gone[1])
        client.__dict__.update(gone[2], _cookies=dict(gone[2]["_cookies"]))

    if client._cookies or hasattr(client, "text"):
        return go()[0]
    browser = tuple(sorted(client.environ_base.items()))
    return snapshots.make_or_restore(app, ("sign in", address, wanted, browser), go, again=again)[0]


def next_url_of_client(client_id: str) -> str:
    """Return the `next` path of a client's visitor, as in the URL of the sign-in page."""
    return quote(f"/oauth/authorize?client_id={client_id}", safe="")


def sign_in_through_client(
    app: Flask, client: InspectingClient, sink: SmtpServer, address: str, client_id: str
) -> TestResponse:
    """Sign in completely as a client's visitor, by the link."""
    return sign_in(app, client, sink, address, wanted=next_url_of_client(client_id))
