"""Sign out."""

from flask import Blueprint, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.extensions import db
from shop.people.guards import any_account
from shop.sessions import login_sessions
from shop.sessions.cookies import clear_login
from shop.web.request_info import get_request_info

blueprint = Blueprint("sign_out", __name__)


@blueprint.post("/sign-out")
@any_account
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    login_sessions.sign_out(current_user.session.id, current_user.address, get_request_info())
    db.session.commit()
    session.clear()
    flash(_("You're signed out."))
    again = None if current_user.role else url_for("account.show_account")
    return clear_login(redirect(url_for("signin.show_sign_in", next=again), 303))
