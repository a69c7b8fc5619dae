"""Bodies that take long to parse are refused before parsing, with lower limits for sign-in and the API."""

from io import BytesIO
from time import thread_time

import pytest

from shop.outbox.models.email import Email
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

MIB = 1024 * 1024
FORM = "application/x-www-form-urlencoded"
COSTLY = {
    "many fields": (b"a&" * (MIB // 2), 413),
    "bytes that are no text": (b"a=" + b"%FFx" * (MIB // 4 - 2), 400),
    "letters that are not escaped": (b"a=" + "é%FF".encode() * (MIB // 5 - 2), 400),
    "escapes of nothing": (b"a=" + b"%" * (MIB - 2), 400),
}


def send(client, path, body, kind=FORM):
    return client.post(path, data=body, content_type=kind)


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/sign-in", b"email=staff@shop.example&rest=" + b"b" * 16 * 1024, FORM),
        ("/oauth/token", b"a=" + b"b" * 16 * 1024, FORM),
        ("/api/auth/passwordless", b'{"identifier": "staff@shop.example"}' + b" " * 16 * 1024, "application/json"),
    ],
)
def test_a_body_in_chunks_may_be_no_larger(app, client, path, body, kind):
    """It has no Content-Length, and must be refused rather than truncated and parsed."""
    chunks = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}

    answer = client.post(path, input_stream=BytesIO(body), content_type=kind, environ_overrides=chunks)

    assert answer.status_code == 413
    with app.app_context():
        assert Email.query.count() == 0


def test_a_hundred_parts_are_the_most_at_the_door(client):
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n\r\n'
    body = "".join(part.format(number) for number in range(101)) + "--b--\r\n"
    assert send(client, "/sign-in", body.encode(), "multipart/form-data; boundary=b").status_code == 413


@pytest.mark.parametrize("costly", COSTLY)
def test_no_refusal_takes_a_fifth_of_a_second(app, client, sink, costly):
    sign_in(app, client, sink, STAFF)
    body, status = COSTLY[costly]

    began = thread_time()
    answer = send(client, "/products/new", body)

    assert answer.status_code == status
    assert thread_time() - began < 0.3  # includes rendering the page, and its inspection by this client


def test_five_thousand_fields_are_the_most(app, client, sink):
    sign_in(app, client, sink, STAFF)
    token = f"csrf_token={client.token('/products/new')}".encode()

    assert send(client, "/products/new", token + b"&a" * 4999).status_code == 422
    assert send(client, "/products/new", token + b"&a" * 5000).status_code == 413


def test_a_long_text_in_any_script_is_parsed(app, client, sink):
    sign_in(app, client, sink, STAFF)
    form = {"csrf_token": client.token("/products/new"), "title": "漢" * 300, "description": "漢é " * 30_000}
    assert client.post("/products/new", data=form).status_code == 422
