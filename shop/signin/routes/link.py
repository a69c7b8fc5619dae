"""Open the link of a sign-in email, and sign in with it."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from shop.audit.entries import record
from shop.extensions import db
from shop.people.guards import open_to_all
from shop.sessions.cookies import move_token_to_cookie, read_cookie
from shop.signin import sign_in_requests
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.network_limits import attempts_per_visitor
from shop.signin.responses import LINK_COOKIE, REQUEST_COOKIE, find_linked_request, finish_sign_in, render_link
from shop.web.actor import get_visitor

blueprint = Blueprint("link", __name__)


@blueprint.get("/sign-in/link/<token>")
@open_to_all
def open_link(token: str) -> ResponseReturnValue:
    """Move the token out of the URL; redeems nothing."""
    return move_token_to_cookie(token, LINK_COOKIE, url_for("signin.link.show_link"))


@blueprint.get("/sign-in/link")
@open_to_all
def show_link() -> ResponseReturnValue:
    """Show the one button, or in another browser the code for the first one; changes nothing for anyone."""
    return render_link(find_linked_request())


@blueprint.post("/sign-in/link")
@attempts_per_visitor
@open_to_all
def redeem_link() -> ResponseReturnValue:
    """Sign in the browser that asked; any other one sees what GET shows."""
    linked = find_linked_request()
    if linked is None or not sign_in_requests.is_from_browser(linked, read_cookie(REQUEST_COOKIE)):
        return render_in_other_browser(linked)
    return finish_sign_in(linked, via="link" if linked.browser_hash else "break-glass")


def render_in_other_browser(linked: SignInRequest | None) -> ResponseReturnValue:
    """Record that a browser which did not ask clicked the button, and show it what GET shows."""
    if linked:
        record("link_looked_at", actor=get_visitor(), address=linked.address, request=linked.id)
        db.session.commit()
    return render_link(linked, 403)
