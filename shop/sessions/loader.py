"""Load the signed-in user for Flask-Login, and record when a session was last seen."""

from contextlib import suppress

from flask import Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InternalError, OperationalError

from shop.extensions import db, login_manager
from shop.sessions import login_sessions, signed_in_user
from shop.sessions.cookies import LOGIN_COOKIE, read_cookie
from shop.sessions.models.login_session import LoginSession
from shop.sessions.signed_in_user import SignedInUser
from shop.transactions import read_only, short_lock_timeout


def init_app(app: Flask) -> None:
    """Load the signed-in person for each request, and record once a minute that the session was seen."""
    login_manager.session_protection = None
    login_manager.request_loader(load_user)
    login_manager.unauthorized_handler(redirect_to_sign_in)
    app.after_request(update_last_seen)


def load_user(_request: object) -> SignedInUser | None:
    """Return the signed-in person, for Flask-Login."""
    secret = read_cookie(LOGIN_COOKIE)
    return signed_in_user.find_signed_in_user(secret) if secret else None


def redirect_to_sign_in() -> ResponseReturnValue:
    """Redirect a person who is not signed in to the sign-in page, and remember the path of a GET."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signin.show_sign_in", next=None if wanted == "/" else wanted))


def update_last_seen(response: Response) -> Response:
    """Write `last seen`, after the page was rendered and in a transaction of its own.

    If the database is busy or read-only, this is skipped: a page that can be shown must not fail because of it.
    """
    session = getattr(g.get("_login_user"), "session", None)  # asking current_user would load it for pages without
    if session and response.status_code < 500:
        with suppress(OperationalError, InternalError):  # the latter for a read-only PostgreSQL
            touch_if_due(session)
    return response


def touch_if_due(session: LoginSession) -> None:
    """Write `last seen` if a minute has passed; give up rather than wait."""
    if not login_sessions.is_touch_due(session):
        return
    seen = session.id
    db.session.rollback()
    with (
        read_only(),
        short_lock_timeout(),
    ):  # otherwise the transaction would begin by waiting for the one write lock of SQLite
        login_sessions.touch(seen)
        db.session.commit()
