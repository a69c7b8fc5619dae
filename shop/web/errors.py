"""Shared by all responses: error pages, and their form for programs."""

from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any

from flask import current_app, g, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from shop.concurrency_limit import ConcurrencyLimitReached
from shop.database.faults import classify_file_fault
from shop.database.outage import OUTAGE_MESSAGES, outages
from shop.extensions import db, limiter
from shop.registry import Registry
from shop.transactions import set_read_only
from shop.web.request_info import get_request_id
from shop.web.request_log import log, log_fault
from shop.web.same_origin import own_origin

RETRY_SECONDS = 5
UNFRAMED_PATHS = (
    "/sign-in",
    "/oauth",
    "/static",
)  # sign-in pages have no frame, and files no page at all
# Functions that write an error for programs instead of the error page, by URL prefix.
error_writers: Registry[Callable[[int, str, dict[str, str]], ResponseReturnValue]] = Registry()

TITLES = {
    400: _l("That didn't work"),
    403: _l("You don't have access"),
    404: _l("Page not found"),
    405: _l("Not allowed"),
    413: _l("Too large"),
    429: _l("Please wait a moment"),
    500: _l("Something went wrong"),
    503: _l("Not available right now"),
}
SENTENCES = {
    400: _l("Something in the request couldn't be read."),
    403: _l("Your role doesn't have access to this page."),
    404: _l("There's no page at this address."),
    405: _l("This address doesn't accept that kind of request."),
    413: _l("That upload is too large for this page."),
    429: _l("There were too many requests from your network."),
    500: _l("This is our fault and has been logged. No partial changes were saved."),
    503: _l("The store isn't responding right now. Please try again in a moment."),
}
FORM_TOO_OLD = _l("This page has expired, or cookies are turned off. Nothing was changed. Reload it and try again.")
LOST_LOG = _l(
    "Part of the store's audit log is missing, so changes can't be recorded and can't be made for now. "
    "Nothing was changed; please tell the store owner."
)
LOST_LOG_SECONDS = 120
TOO_MANY_READERS = _l("Other exports are running right now. Nothing was changed; please try again in a few seconds.")


def show_http_error(refusal: HTTPException) -> ResponseReturnValue:
    """Answer an expected refusal with a page in plain words."""
    code = refusal.code or 500
    if code < 400:
        return refusal.get_response()
    sentence = http_error_sentence(refusal, code)
    headers = {"Retry-After": str(retry_after_seconds(refusal))} if code in (429, 503) else {}
    if code == 405:
        headers["Allow"] = ", ".join(sorted(getattr(refusal, "valid_methods", None) or []))
    return render_error(code, sentence, headers)


def http_error_sentence(refusal: HTTPException, code: int) -> str:
    """Return the sentence for a refusal: our own if we raised it, a plain one if a library did."""
    if isinstance(refusal, CSRFError):
        return str(FORM_TOO_OLD)
    if isinstance(refusal, SecurityError):
        return str(_("This store isn't served at that address. Open %(address)s instead.", address=own_origin()))
    is_ours = code in (403, 429) and not isinstance(refusal, RateLimitExceeded)
    own_words = refusal.description if is_ours and refusal.description != type(refusal).description else None
    return own_words or str(SENTENCES.get(code, SENTENCES[400]))


def show_outage(fault: Exception) -> ResponseReturnValue:
    """Answer for a database that is full, busy, not writable, away or damaged; any other fault is a bug."""
    kind = outages.note(fault)
    if kind is None:
        return show_server_error(fault)
    db.session.rollback()
    told = OUTAGE_MESSAGES[kind]
    return render_error(503, str(told.sentence), {"Retry-After": str(told.seconds)})


def show_full_disk(fault: OSError) -> ResponseReturnValue:
    """Answer for a file without free space, or without a writable folder; any other fault is a bug."""
    kind = classify_file_fault(fault)
    if kind is None:
        return show_server_error(fault)
    db.session.rollback()
    rule = request.url_rule.rule if request.url_rule else "-"
    where = f" in {Path(fault.filename).parent}" if isinstance(fault.filename, str) else ""
    log.error(
        "no file can be written%s: %s; refused %s %s %s", where, fault.strerror, request.method, rule, get_request_id()
    )
    told = OUTAGE_MESSAGES[kind]
    return render_error(503, str(told.sentence), {"Retry-After": str(told.seconds)})


def show_too_many_readers(_refusal: ConcurrencyLimitReached) -> ResponseReturnValue:
    """Refuse a long read while others take place."""
    return render_error(503, str(TOO_MANY_READERS), {"Retry-After": str(RETRY_SECONDS)})


def show_broken_audit_log(fault: Exception) -> ResponseReturnValue:
    """Answer for an act that was refused because the audit log cannot be written."""
    db.session.rollback()
    rule = request.url_rule.rule if request.url_rule else "-"
    log.error("%s: %s; refused %s %s %s", type(fault).__name__, fault, request.method, rule, get_request_id())
    return render_error(503, str(LOST_LOG), {"Retry-After": str(LOST_LOG_SECONDS)})


def show_server_error(fault: Exception) -> ResponseReturnValue:
    """Answer for a bug; the log has the details, the page has none."""
    db.session.rollback()
    log_fault((type(fault), fault, fault.__traceback__))
    return render_error(500, str(SENTENCES[500]), {})


def render_error(code: int, sentence: str, headers: dict[str, str]) -> ResponseReturnValue:
    """Render an error page, or an error for programs; neither needs the database or a session.

    A signed-in person keeps the frame with their name and the navigation. After a bug there is no frame:
    render_template() would ask the database who is signed in, which may be what failed.
    """
    for beginning, write in error_writers.items():
        if request.path.startswith(beginning):
            return write(code, sentence, headers)
    # Flask binds no URLs to a host that it refused, and without any url_for() raises: all that pages need are paths.
    request_ctx.url_adapter = request_ctx.url_adapter or current_app.url_map.bind("refused.invalid")
    seconds = int(headers.get("Retry-After", 0))
    facts: dict[str, Any] = {"code": code, "title": str(TITLES.get(code, TITLES[400])), "sentence": sentence}
    facts["for_customer"] = getattr(g.get("_login_user"), "role", "") is None  # asking current_user would load it
    facts |= {"minutes": -(-seconds // 60), "seconds": seconds, "id": get_request_id()}
    framed = render_framed_error(facts) if code < 500 and not request.path.startswith(UNFRAMED_PATHS) else None
    return framed or current_app.jinja_env.get_template("errors/error.html").render(**facts), code, headers


def render_framed_error(facts: dict[str, Any]) -> str | None:
    """Return the error page in the frame of the signed-in person; None if no one is signed in, or that is unknown."""
    was_asked = "_login_user" in g
    try:
        db.session.rollback()  # the refused request's changes must be neither visible nor waited for
        set_read_only(True)
        if not current_user.is_authenticated:
            return None
        return render_template("errors/framed_error.html", **facts)
    except Exception as fault:  # whatever it is, the error page itself matters more, and needs none of this
        if not outages.explain(fault):
            log.exception("no frame for an error page %s", get_request_id())
        db.session.rollback()
        return None
    finally:
        if not was_asked:
            g.pop("_login_user", None)  # otherwise `last seen` would be written by a failed request


def retry_after_seconds(refusal: HTTPException) -> int:
    """Return the seconds for Retry-After: the refusal's own, or the rest of the exceeded rate limit."""
    if isinstance(refusal, TooManyRequests) and isinstance(refusal.retry_after, int):
        return refusal.retry_after
    met = limiter.current_limit if isinstance(refusal, RateLimitExceeded) else None
    if met is None:
        return RETRY_SECONDS
    try:
        return max(1, met.reset_at - int(time()))
    except Exception:  # the storage of the limits may fail, each kind in its own way
        return int(met.limit.get_expiry())
