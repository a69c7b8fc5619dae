"""What every answer shares: headers, the refusal of foreign forms, error pages and the request log."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, time
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden, HTTPException, SecurityError, TooManyRequests

from shop import ids, origins
from shop.diagnosis import DRIVERS, kind_of_file
from shop.extensions import db, expect_reading, limiter
from shop.gate import Crowded
from shop.outage import TOLD, outages
from shop.registry import Registry
from shop.visit import Request, request_id

log = logging.getLogger("shop.requests")

SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = f"max-age={int(timedelta(days=365).total_seconds())}; includeSubDomains"
RETRY_SECONDS = 5
UNFRAMED = ("/sign-in", "/oauth", "/static", "/bootstrap")  # the door's pages have no frame, and files no page at all
# What writes an error for a program in place of the page for people, by how the address begins.
writers: Registry[Callable[[int, str, dict[str, str]], ResponseReturnValue]] = Registry()

TITLES = {
    400: "That did not work",
    403: "Not for you",
    404: "Nothing here",
    405: "Not like that",
    413: "That is too much",
    429: "Please wait a moment",
    500: "Something broke",
    503: "Not available right now",
}
SENTENCES = {
    400: "Something in the request could not be read.",
    403: "You are signed in, but your role does not open this page.",
    404: "There is no page at this address.",
    405: "This address does not take that kind of request.",
    413: "What was sent is larger than this page takes.",
    429: "There were many requests from your network.",
    500: "It is our fault, and it was logged. Nothing was half done.",
    503: "The shop does not answer right now. Please try again in a moment.",
}
FORM_TOO_OLD = "This page was open too long, or cookies are off. Nothing was changed. Open it again and retry."
LOST_LOG = (
    "The end of the shop's audit log is missing, and nothing is done that cannot be recorded. Nothing was changed; "
    "please tell whoever runs the shop."
)
LOST_LOG_SECONDS = 120
CROWDED = "Other long lists are being read right now. Nothing was changed; please try again in a few seconds."
FOREIGN_FORM = "That form was sent from another site. Nothing was changed."


def init_app(app: Flask) -> None:
    """Put these on every answer of the app."""
    app.request_class = Request
    app.url_map.converters["id"] = ids.IdConverter
    app.before_request(begin)
    app.before_request(refuse_foreign_form)
    app.after_request(add_headers)
    app.after_request(log_request)
    app.teardown_request(lambda _fault: expect_reading(False))
    app.add_template_filter(moment)
    app.register_error_handler(HTTPException, show_refusal)
    for kind in (SQLAlchemyError, *DRIVERS):
        app.register_error_handler(kind, show_outage)
    app.register_error_handler(OSError, show_full_disk)
    app.register_error_handler(Crowded, show_crowd)
    app.register_error_handler(Exception, show_fault)
    # Flask's own line, for a fault after the page was made, names the address: a link's token is in it.
    app.log_exception = log_fault  # type: ignore[method-assign]


def moment(at: datetime) -> str:
    """Write a time for people, in UTC and saying so."""
    return f"{format_datetime(at, 'd MMMM y, HH:mm')} UTC"


def begin() -> None:
    """Start the clock of the log, and say whether this request only reads."""
    g.began = perf_counter()
    expect_reading(request.method in SAFE)


@event.listens_for(db.session, "after_commit")
def only_read_on(_session: object) -> None:
    """Have what follows the commit of a request only read.

    On SQLite it would else queue for the write lock again to name in its answer what it has saved, and where it waited
    in vain, it would tell somebody that nothing was changed. Who goes on to change more says so: commit_first().
    """
    if has_request_context() and "began" in g:
        expect_reading(True)


def refuse_foreign_form() -> None:
    """Refuse a changing request that another site's page sent, whatever token it carries.

    The sign-in pages send no referrer, and so browsers send `Origin: null` from them; Sec-Fetch-Site they send always.
    """
    if request.method in SAFE or origins.may_call():
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    if site not in (None, "same-origin", "none") or (site is None and origin not in ("null", own_origin())):
        raise Forbidden(FOREIGN_FORM)


def own_origin() -> str:
    """Give the origin that our own pages have."""
    return str(current_app.config["PUBLIC_URL"])


def add_headers(response: Response) -> Response:
    """Add the strict headers; only files may be kept, and what is said to be everybody's."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    is_door = request.path.startswith("/sign-in")
    response.headers.setdefault("Referrer-Policy", "no-referrer" if is_door else "same-origin")
    if current_app.config["HTTPS"]:
        response.headers["Strict-Transport-Security"] = HSTS
    is_anybodys = is_static() or bool(response.cache_control.public)
    may_be_kept = response.status_code < 400 and (is_anybodys or response.cache_control.private)
    if not may_be_kept:
        response.headers["Cache-Control"] = "no-store"
    if not is_anybodys or not may_be_kept:
        response.vary.add("Cookie")
    origins.add_headers(response)
    return response


def is_static() -> bool:
    """Say whether this answer is a file that everybody gets alike."""
    return request.endpoint in ("static", "bootstrap.static")


def log_request(response: Response) -> Response:
    """Write one line a request, with the rule of the address instead of the address: a link's token is in it."""
    if not is_static():
        took = (perf_counter() - g.get("began", perf_counter())) * 1000
        rule = request.url_rule.rule if request.url_rule else "-"
        log.info("%s %s %s %.0fms %s", request.method, rule, response.status_code, took, request_id())
    return response


def show_refusal(refusal: HTTPException) -> ResponseReturnValue:
    """Answer an expected refusal with a page in plain words."""
    code = refusal.code or 500
    if code < 400:
        return refusal.get_response()
    sentence = said_of(refusal, code)
    headers = {"Retry-After": str(seconds_to_wait(refusal))} if code in (429, 503) else {}
    if code == 405:
        headers["Allow"] = ", ".join(sorted(getattr(refusal, "valid_methods", None) or []))
    return error_page(code, sentence, headers)


def said_of(refusal: HTTPException, code: int) -> str:
    """Give the sentence for a refusal: our own words where we raised it, plain ones where a library did."""
    if isinstance(refusal, CSRFError):
        return FORM_TOO_OLD
    if isinstance(refusal, SecurityError):
        return f"This shop is not served at that address. Open {own_origin()} instead."
    is_ours = code in (403, 429) and not isinstance(refusal, RateLimitExceeded)
    own_words = refusal.description if is_ours and refusal.description != type(refusal).description else None
    return own_words or SENTENCES.get(code, SENTENCES[400])


def show_outage(fault: Exception) -> ResponseReturnValue:
    """Answer for a database that is full, busy, not writable, away or damaged; any other fault is ours."""
    kind = outages.note(fault)
    if kind is None:
        return show_fault(fault)
    db.session.rollback()
    told = TOLD[kind]
    return error_page(503, told.sentence, {"Retry-After": str(told.seconds)})


def show_full_disk(fault: OSError) -> ResponseReturnValue:
    """Answer for a file that found no room, or no folder that may be written to; any other fault is ours."""
    kind = kind_of_file(fault)
    if kind is None:
        return show_fault(fault)
    db.session.rollback()
    rule = request.url_rule.rule if request.url_rule else "-"
    where = f" in {Path(fault.filename).parent}" if isinstance(fault.filename, str) else ""
    log.error(
        "no file can be written%s: %s; refused %s %s %s", where, fault.strerror, request.method, rule, request_id()
    )
    told = TOLD[kind]
    return error_page(503, told.sentence, {"Retry-After": str(told.seconds)})


def show_crowd(_refusal: Crowded) -> ResponseReturnValue:
    """Answer whoever would read at length where others do already."""
    return error_page(503, CROWDED, {"Retry-After": str(RETRY_SECONDS)})


def show_lost_log(fault: Exception) -> ResponseReturnValue:
    """Answer for an act that was not done because no entry of the audit log can be written."""
    db.session.rollback()
    rule = request.url_rule.rule if request.url_rule else "-"
    log.error("%s: %s; refused %s %s %s", type(fault).__name__, fault, request.method, rule, request_id())
    return error_page(503, LOST_LOG, {"Retry-After": str(LOST_LOG_SECONDS)})


def show_fault(fault: Exception) -> ResponseReturnValue:
    """Answer for a fault of ours; the log has the details, the page none."""
    db.session.rollback()
    log_fault((type(fault), fault, fault.__traceback__))
    return error_page(500, SENTENCES[500], {})


def log_fault(exc_info: Any) -> None:
    """Write a fault with its traceback, and the rule of the address instead of the address."""
    rule = request.url_rule.rule if request.url_rule else "-"
    log.error("fault in %s %s %s", request.method, rule, request_id(), exc_info=exc_info)


def error_page(code: int, sentence: str, headers: dict[str, str]) -> ResponseReturnValue:
    """Write the page of an error, or for a program what it can read; neither needs the database or a session.

    Somebody who is signed in keeps the frame with their name and the ways to go on. Only after a fault nobody is asked
    for: render_template() would ask the database who is signed in, which may be the very thing that failed.
    """
    for beginning, write in writers.items():
        if request.path.startswith(beginning):
            return write(code, sentence, headers)
    seconds = int(headers.get("Retry-After", 0))
    facts: dict[str, Any] = {"code": code, "title": TITLES.get(code, TITLES[400]), "sentence": sentence}
    facts["for_customer"] = getattr(g.get("_login_user"), "role", "") is None  # asking current_user would load it
    facts |= {"minutes": -(-seconds // 60), "seconds": seconds, "id": request_id()}
    framed = framed_page(facts) if code < 500 and not request.path.startswith(UNFRAMED) else None
    return framed or current_app.jinja_env.get_template("errors/error.html").render(**facts), code, headers


def framed_page(facts: dict[str, Any]) -> str | None:
    """Give the page of an error in the frame of who is signed in; None where nobody is, or nobody can say."""
    was_asked = "_login_user" in g
    try:
        db.session.rollback()  # what the refused request began is not to be seen, nor to be waited for
        expect_reading(True)
        if not current_user.is_authenticated:
            return None
        return render_template("errors/framed_error.html", **facts)
    except Exception as fault:  # whatever it is, the page of the error itself matters more, and it needs none of this
        if not outages.explain(fault):
            log.exception("no frame for an error page %s", request_id())
        db.session.rollback()
        return None
    finally:
        if not was_asked:
            g.pop("_login_user", None)  # else `last seen` would be written, by a request that came to nothing


def seconds_to_wait(refusal: HTTPException) -> int:
    """Give the seconds of Retry-After: the refusal's own, or what is left of the limit that was met."""
    if isinstance(refusal, TooManyRequests) and isinstance(refusal.retry_after, int):
        return refusal.retry_after
    met = limiter.current_limit if isinstance(refusal, RateLimitExceeded) else None
    if met is None:
        return RETRY_SECONDS
    try:
        return max(1, met.reset_at - int(time()))
    except Exception:  # the storage of the limits went away in between; each kind of it fails in its own way
        return int(met.limit.get_expiry())
