"""Sign-out through a client: the page that asks, and its POST."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from shop.extensions import db
from shop.grants.network_limits import calls_per_network
from shop.oidc.end_session import EndSessionRequest
from shop.oidc.responses import error_page, redirect_page
from shop.people.guards import open_to_all
from shop.sessions import login_sessions
from shop.sessions.cookies import clear_login
from shop.web.request_info import get_request_info

blueprint = Blueprint("end_session", __name__)

NO_SIGN_OUT_REDIRECT = _l(
    "After sign-out, the site that sent you here wants you to go to an address that isn't registered for it."
)


@blueprint.get("/oauth/end-session")
@open_to_all
def confirm_end_session() -> ResponseReturnValue:
    """Ask a person whom a client sends to sign out for confirmation; sign no one out."""
    leaving = EndSessionRequest(request.args)
    if not leaving.is_registered:
        return error_page(NO_SIGN_OUT_REDIRECT)
    if not current_user.is_authenticated:
        return redirect_onward(leaving)
    return render_template("oidc/end_session.html", address=current_user.address, kept=leaving.kept)


@blueprint.post("/oauth/end-session")
@calls_per_network
@open_to_all
def end_session() -> ResponseReturnValue:
    """End this browser's session, and every client's grants from it."""
    leaving = EndSessionRequest(request.form)
    if not leaving.is_registered:
        return error_page(NO_SIGN_OUT_REDIRECT)
    if current_user.is_authenticated:
        login_sessions.sign_out(current_user.session.id, current_user.address, get_request_info())
        db.session.commit()
        session.clear()
    return clear_login(redirect_onward(leaving))


def redirect_onward(leaving: EndSessionRequest) -> ResponseReturnValue:
    """Redirect to the client's URL for people who have signed out, or otherwise to our own sign-in page."""
    if leaving.address is None:
        return redirect(url_for("signin.show_sign_in"), 303)
    return redirect_page(leaving.address, leaving.client_name)
