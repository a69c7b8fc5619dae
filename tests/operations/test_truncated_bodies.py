"""A body that ends early, or is not HTTP, over the wire: the server refuses it and carries nothing out."""

import socket
from urllib.parse import urlsplit

import pytest

from shop.outbox.models.email import Email
from tests.concurrency import WireBrowser, read_response
from tests.sample_people import STAFF

# The server handles the bytes before any database is asked.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LENGTH, CHUNKS = "Content-Length: 400", "Transfer-Encoding: chunked"
FORM, TEXT = "application/x-www-form-urlencoded", "text/plain"


@pytest.mark.parametrize(
    ("how", "kind", "body"),
    [
        (LENGTH, FORM, "{form}"),
        (LENGTH, TEXT, "{form}"),
        (CHUNKS, FORM, "{size:x}\r\n{form}\r\n"),
        (CHUNKS, FORM, "zz\r\n{form}\r\n0\r\n\r\n"),
        (CHUNKS, TEXT, "zz\r\n{form}\r\n0\r\n\r\n"),
        (CHUNKS, "multipart/form-data; boundary=b", "zz\r\n--b--\r\n0\r\n\r\n"),
    ],
)
def test_a_body_that_does_not_come_in_whole_is_refused(app, serve, how, kind, body):
    shop = serve()
    browser = WireBrowser(shop.url)
    browser.get("/sign-in")
    form = f"csrf_token={browser.token}&email={STAFF}"
    whole = browser.write("POST", "/sign-in").decode().removesuffix("\r\n\r\n")
    head = "\r\n".join([whole, how, f"Content-Type: {kind}", f"X-CSRFToken: {browser.token}", "", ""])

    with socket.create_connection((urlsplit(shop.url).hostname, shop.port), timeout=10) as wire:
        wire.sendall((head + body.format(form=form, size=len(form))).encode())
        wire.shutdown(socket.SHUT_WR)
        answer = read_response(wire)

    assert answer.status == 400, shop.output
    with app.app_context():
        assert Email.query.count() == 0
