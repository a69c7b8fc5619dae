"""Recover a session whose cookie was lost with the response."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import tokens
from shop.people.guards import open_to_all
from shop.sessions.cookies import BROWSER_COOKIE, read_cookie
from shop.signin import redemption, sign_in_requests
from shop.signin.network_limits import attempts_per_visitor
from shop.signin.responses import REQUEST_COOKIE, send_session_cookie

blueprint = Blueprint("collect", __name__)


@blueprint.post("/sign-in/collect")
@attempts_per_visitor
@open_to_all
def recover_session() -> ResponseReturnValue:
    """Send the requesting browser its session again, if the response with it was lost."""
    secret = read_cookie(REQUEST_COOKIE)
    asked = sign_in_requests.find_by_browser(secret)
    found = redemption.recover_secret(asked, secret) if asked and secret else None
    if asked is None or found is None:
        return redirect(url_for("dashboard.show_home" if current_user.is_authenticated else "signin.show_sign_in"), 303)
    return send_session_cookie(asked.next_path, found, read_cookie(BROWSER_COOKIE) or tokens.new_secret())
