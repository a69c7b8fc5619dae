"""How much a request may send: refused before it is parsed, and read on a little so that the answer arrives."""

from collections.abc import Iterable
from time import monotonic, sleep
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wsgi import ClosingIterator

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
STRANGERS = ("/sign-in", "/sign-out", "/api/", "/oauth/")
CARRIES_A_FORM = "/sign-in/confirm"  # to whoever is signed in: the form that waits for a fresh code comes along
SMALL_BODY = 16 * 1024  # bytes
FEW_FIELDS = 100
MOST_FIELDS = 5000  # the order sheet has the most: 200 lines of a dozen fields
MANY_ESCAPES = 20_000  # Python decodes what is no UTF-8 ten times as slowly

READ_ON = 1024 * 1024  # bytes past the refusal
READ_ON_SECONDS = 2.0
STEP = 64 * 1024
PAUSE = 0.01  # seconds between two steps: time for who sends to see the answer


def init_app(app: Flask) -> None:
    """Look at every body before anything parses it. Comes after the error pages and before the check of form tokens."""
    app.before_request(refuse_too_much)
    app.wsgi_app = ReadingOn(app.wsgi_app)  # type: ignore[method-assign]


def refuse_too_much() -> None:
    """Refuse a body that is larger, or of more fields, than its address takes. Raises RequestEntityTooLarge."""
    if request.routing_exception is not None:
        return  # it is refused without its body being looked at
    fields = MOST_FIELDS
    if request.path.startswith(STRANGERS) and request.path != CARRIES_A_FORM:
        fields = request.max_form_parts = FEW_FIELDS
        request.max_content_length = SMALL_BODY
    if request.mimetype in (FORM, JSON):
        most = min(request.max_content_length or 0, current_app.config["MAX_CONTENT_LENGTH"])
        body = read_whole(most)
        if request.mimetype == FORM:
            refuse_costly(body, fields)


def read_whole(most: int) -> bytes:
    """Return the body, of at most so many bytes. Raises RequestEntityTooLarge.

    Werkzeug refuses a larger one by its Content-Length. One that is sent in chunks has none, and would be cut off.
    """
    request.max_content_length = most if request.content_length is not None else most + 1
    body = request.get_data()
    if len(body) > most:
        raise RequestEntityTooLarge
    return body


def refuse_costly(form: bytes, fields: int) -> None:
    """Refuse a form that takes long to parse: Werkzeug counts the parts of multipart forms, not the fields of these.

    Raises RequestEntityTooLarge for more fields than that, and BadRequest for text that no browser sends.
    """
    if form.count(b"&") >= fields:
        raise RequestEntityTooLarge
    if form.count(b"%") > MANY_ESCAPES and not is_utf8(form):
        raise BadRequest


def is_utf8(form: bytes) -> bool:
    """Say whether a form is written as browsers write one: in ASCII, with escapes that are UTF-8."""
    if not form.isascii() or form.count(b"%") > len(form) // 3:
        return False
    try:
        unquote_to_bytes(form).decode()
    except UnicodeDecodeError:
        return False
    return True


class ReadingOn:
    """WSGI: once the answer is written, reads on what the request still sends, up to a megabyte.

    Where a connection is closed with bytes unread, the kernel resets it, and who was still sending, such as nginx,
    reports that instead of the answer (RFC 9112, 9.6). gunicorn itself reads on 64 KiB, of some of them.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.app(environ, start_response)
        has_body = environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ
        if not has_body or "gunicorn.socket" not in environ:
            return answer  # as it is: a file is sent by the kernel
        return ClosingIterator(answer, lambda: discard(environ))


def discard(environ: dict[str, Any]) -> None:
    """Read what is left of a body, for at most two seconds."""
    connection, usual = environ["gunicorn.socket"], environ["gunicorn.socket"].gettimeout()
    until, left = monotonic() + READ_ON_SECONDS, READ_ON
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
