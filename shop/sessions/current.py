"""Ties Flask-Login to the registry: the cookie in, the person out, and the cookies of a sign-in."""

from contextlib import suppress

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InternalError, OperationalError

from shop import tokens
from shop.extensions import db, login_manager
from shop.sessions import registry
from shop.sessions.registry import LoginSession, SignedIn
from shop.transactions import read_only, short_lock_timeout

LOGIN = "login"
BROWSER = "browser"
YEAR = 365 * 24 * 3600
CARRY_SECONDS = 600


def init_app(app: Flask) -> None:
    """Have each request know who is signed in, and note once a minute that the session was seen."""
    login_manager.session_protection = None
    login_manager.request_loader(load)
    login_manager.unauthorized_handler(lead_to_the_door)
    app.after_request(note_seen)


def load(_request: object) -> SignedIn | None:
    """Give who is signed in, for Flask-Login."""
    secret = read_cookie(LOGIN)
    return registry.resume(secret) if secret else None


def lead_to_the_door() -> ResponseReturnValue:
    """Send somebody who is not signed in to the sign-in page, and remember where a GET was going."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signin.request_link", next=None if wanted == "/" else wanted))


def note_seen(response: Response) -> Response:
    """Write `last seen`, after the page was made and in a transaction of its own.

    Where the database is busy, or may only be read, the note is dropped: a page that could be shown must not fail for
    it.
    """
    session = getattr(g.get("_login_user"), "session", None)  # asking current_user would load it for pages without
    if session and response.status_code < 500:
        with suppress(OperationalError, InternalError):  # the latter where PostgreSQL may only be read
            touch_if_due(session)
    return response


def touch_if_due(session: LoginSession) -> None:
    """Write `last seen` if a minute has passed, and give up rather than wait."""
    if not registry.is_touch_due(session):
        return
    seen = session.id
    db.session.rollback()
    with (
        read_only(),
        short_lock_timeout(),
    ):  # else the transaction would begin by waiting for the one write lock of SQLite
        registry.touch(seen)
        db.session.commit()


def cookie_name(name: str) -> str:
    """Give the cookie's name; under https the prefix makes browsers refuse one set for or by a neighbour."""
    return f"__Host-{name}" if current_app.config["HTTPS"] else name


def read_cookie(name: str) -> str | None:
    """Give a cookie of ours, or nothing."""
    return request.cookies.get(cookie_name(name))


def set_cookie(response: Response, name: str, value: str, *, seconds: int) -> None:
    """Give the browser a cookie that no script reads and no foreign page's form sends."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=seconds,
        path="/",
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
    )


def carry(token: str, name: str, page: str) -> Response:
    """Move a token out of the address, where history and screenshots would keep it, and lead to its page."""
    response = make_response(redirect(page, 303))
    if len(token) <= tokens.LONGEST:
        set_cookie(response, name, token, seconds=CARRY_SECONDS)
    else:
        clear_cookie(response, name)
    return response


def signed_out(answer: ResponseReturnValue) -> Response:
    """Have the browser forget what it knew of somebody whose session has just ended."""
    response = make_response(answer)
    clear_cookie(response, LOGIN)
    # Not "cache": no page of a person's is kept there, and clearing it makes Chromium wait for seconds.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def clear_cookie(response: Response, name: str) -> None:
    """Take a cookie of ours away."""
    set_cookie(response, name, "", seconds=0)
