"""What a request may send: it comes in whole before anything else is done, too much is refused before it is parsed."""

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
LARGE_BODY_PATH = "/sign-in/confirm"  # to whoever is signed in: the form that waits for a fresh code comes along
SMALL_BODY = 16 * 1024  # bytes
FEW_FIELDS = 100
MOST_FIELDS = 5000  # the order sheet has the most: 200 lines of a dozen fields
MANY_ESCAPES = 20_000  # Python decodes what is no UTF-8 ten times as slowly

DRAIN_BYTES = 1024 * 1024  # bytes past the refusal
DRAIN_SECONDS = 2.0
STEP = 64 * 1024
PAUSE = 0.01  # seconds between two steps: time for who sends to see the answer


def init_app(app: Flask) -> None:
    """Receive every body before anything asks for it. Comes after the error pages, before the check of form tokens."""
    app.before_request(receive_body)
    app.wsgi_app = BodyDrain(app.wsgi_app)  # type: ignore[method-assign]


def receive_body() -> None:
    """Let the body come in, while nothing is held that anybody else waits for.

    Raises RequestEntityTooLarge where it is larger, or of more fields, than its address takes, and BadRequest where it
    ends before its time or is no HTTP: what is cut off must not be carried out as if it were whole.
    """
    if request.routing_exception is not None:
        return  # it is refused without its body being looked at
    db.session.rollback()  # the visitor may have been looked up: that takes a connection and, on SQLite, the lock
    fields = MOST_FIELDS
    if request.path.startswith(SMALL_BODY_PATHS) and request.path != LARGE_BODY_PATH:
        fields = request.max_form_parts = FEW_FIELDS
        request.max_content_length = SMALL_BODY
    try:
        read_body(fields)
    except ParseException as fault:  # gunicorn's, of chunks
        raise BadRequest from fault


def read_body(fields: int) -> None:
    """Read the body of the present request: parts, which may be files, as they come in, all else at once."""
    if request.mimetype == MULTIPART:
        _ = request.form
        return
    body = read_whole_body(min(request.max_content_length or 0, current_app.config["MAX_CONTENT_LENGTH"]))
    if request.mimetype == URLENCODED:
        refuse_costly_form(body, fields)


def read_whole_body(most: int) -> bytes:
    """Return the body, of at most so many bytes. Raises RequestEntityTooLarge.

    Werkzeug refuses a larger one by its Content-Length. One that is sent in chunks has none, and would be cut off.
    """
    request.max_content_length = most if request.content_length is not None else most + 1
    body = request.get_data()
    if len(body) > most:
        raise RequestEntityTooLarge
    return body


def refuse_costly_form(form: bytes, fields: int) -> None:
    """Refuse a form that takes long to parse: Werkzeug counts the parts of multipart forms, not the fields of these.

    Raises RequestEntityTooLarge for more fields than that, and BadRequest for text that no browser sends.
    """
    if form.count(b"&") >= fields:
        raise RequestEntityTooLarge
    if form.count(b"%") > MANY_ESCAPES and not is_utf8_form(form):
        raise BadRequest


def is_utf8_form(form: bytes) -> bool:
    """Say whether a form is written as browsers write one: in ASCII, with escapes that are UTF-8."""
    if not form.isascii() or form.count(b"%") > len(form) // 3:
        return False
    try:
        unquote_to_bytes(form).decode()
    except UnicodeDecodeError:
        return False
    return True


class BodyDrain:
    """WSGI: has a body end where it says; once the answer is written, reads on what still comes, up to a megabyte.

    To a server that ends the bodies by itself, as gunicorn says it does, one whose sender hung up is complete.
    Where a connection is closed with bytes unread, the kernel resets it, and who was still sending, such as nginx,
    reports that instead of the answer (RFC 9112, 9.6). gunicorn itself reads on 64 KiB, of some of them.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in environ:
            environ.pop("wsgi.input_terminated", None)  # so Werkzeug counts the bytes
        answer: Iterable[bytes] = self.app(environ, start_response)
        has_body = environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ
        if not has_body or "gunicorn.socket" not in environ:
            return answer  # as it is: a file is sent by the kernel
        return ClosingIterator(answer, lambda: drain_body(environ))


def drain_body(environ: dict[str, Any]) -> None:
    """Read what is left of a body, for at most two seconds."""
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
