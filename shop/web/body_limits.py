"""Limits of request bodies: a body is received completely before anything else, and refused before it is parsed."""

from collections.abc import Iterable
from time import monotonic, sleep
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, current_app, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wsgi import ClosingIterator

from shop.extensions import db

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
SMALL_BODY_PATHS = ("/sign-in", "/sign-out", "/api/", "/oauth/")
LARGE_BODY_PATH = "/sign-in/confirm"  # for signed-in people: the form that waits for a fresh code is carried along
SMALL_BODY = 16 * 1024  # in bytes
FEW_FIELDS = 100
MOST_FIELDS = 5000  # the order form has the most: 200 lines of a dozen fields
MANY_ESCAPES = 20_000  # Python decodes invalid UTF-8 ten times as slowly

DRAIN_BYTES = 1024 * 1024  # bytes after the refusal
DRAIN_SECONDS = 2.0
STEP = 64 * 1024
PAUSE = 0.01  # seconds between two steps, so that the sender can see the response


def init_app(app: Flask) -> None:
    """Receive every body before anything asks for it. Comes after the error pages, before the CSRF check."""
    app.before_request(receive_body)
    app.wsgi_app = BodyDrain(app.wsgi_app)  # type: ignore[method-assign]


def receive_body() -> None:
    """Receive the body while this request holds nothing that others wait for.

    Raises RequestEntityTooLarge if it is larger, or has more fields, than its URL allows. Raises BadRequest if it ends
    early or is not valid HTTP: a truncated form must not be carried out as if it were complete.
    """
    if request.routing_exception is not None:
        return  # refused without reading its body
    db.session.rollback()  # the visitor may have been looked up: that takes a connection and, on SQLite, the lock
    fields = MOST_FIELDS
    if request.path.startswith(SMALL_BODY_PATHS) and request.path != LARGE_BODY_PATH:
        fields = request.max_form_parts = FEW_FIELDS
        request.max_content_length = SMALL_BODY
    try:
        read_body(fields)
    except ParseException as fault:  # gunicorn's, about chunks
        raise BadRequest from fault


def read_body(fields: int) -> None:
    """Read the request's body: multipart forms, which may contain files, as they arrive, all others completely."""
    if request.mimetype == MULTIPART:
        _ = request.form
        return
    body = read_whole_body(min(request.max_content_length or 0, current_app.config["MAX_CONTENT_LENGTH"]))
    if request.mimetype == URLENCODED:
        refuse_costly_form(body, fields)


def read_whole_body(most: int) -> bytes:
    """Return the body, of at most so many bytes. Raises RequestEntityTooLarge.

    Werkzeug refuses a larger one by its Content-Length. A chunked body has none, and would be truncated.
    """
    request.max_content_length = most if request.content_length is not None else most + 1
    body = request.get_data()
    if len(body) > most:
        raise RequestEntityTooLarge
    return body


def refuse_costly_form(form: bytes, fields: int) -> None:
    """Refuse a form that takes long to parse: Werkzeug limits the parts of multipart forms, not the fields of these.

    Raises RequestEntityTooLarge for too many fields, and BadRequest for text that no browser sends.
    """
    if form.count(b"&") >= fields:
        raise RequestEntityTooLarge
    if form.count(b"%") > MANY_ESCAPES and not is_utf8_form(form):
        raise BadRequest


def is_utf8_form(form: bytes) -> bool:
    """Return whether a form is encoded as by a browser: in ASCII, with escapes that are UTF-8."""
    if not form.isascii() or form.count(b"%") > len(form) // 3:
        return False
    try:
        unquote_to_bytes(form).decode()
    except UnicodeDecodeError:
        return False
    return True


class BodyDrain:
    """WSGI middleware: ends a body at its declared length, and drains up to a megabyte after the response.

    A server that ends bodies itself, as gunicorn claims, treats one as complete whose sender hung up. If a connection
    is closed with unread bytes, the kernel resets it. A sender such as nginx then reports that instead of the response
    (RFC 9112, 9.6). gunicorn itself drains 64 KiB, and only of some bodies.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in environ:
            environ.pop("wsgi.input_terminated", None)  # so that Werkzeug counts the bytes
        answer: Iterable[bytes] = self.app(environ, start_response)
        has_body = environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ
        if not has_body or "gunicorn.socket" not in environ:
            return answer  # unchanged: the kernel sends a file
        return ClosingIterator(answer, lambda: drain_body(environ))


def drain_body(environ: dict[str, Any]) -> None:
    """Read the rest of a body, for at most two seconds."""
    connection, usual = environ["gunicorn.socket"], environ["gunicorn.socket"].gettimeout()
    until, left = monotonic() + DRAIN_SECONDS, DRAIN_BYTES
    try:
        while left > 0 and (seconds := until - monotonic()) > 0:
            connection.settimeout(seconds)
            if not (read := environ["wsgi.input"].read(min(STEP, left))):
                return
            left -= len(read)
            sleep(PAUSE)
    except Exception:  # noqa: S110  # it hung up, waits, or sends no HTTP: each ends the reading, and the answer is out
        pass
    finally:
        connection.settimeout(usual)
