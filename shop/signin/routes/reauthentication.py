"""Confirm it's you: a fresh code before a dangerous change, then the change itself."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import TooManyRequests

from shop.audit.entries import record
from shop.email_address import mailbox_key
from shop.extensions import db
from shop.people.guards import any_role
from shop.sessions import login_sessions
from shop.signin import address_limits, code_attempts, codes, new_request, sign_in_requests
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.network_limits import requests_per_visitor
from shop.signin.next_url import find_safe_path
from shop.signin.sign_in_requests import MAX_TRIES
from shop.transactions import commit_and_continue
from shop.web.actor import get_actor
from shop.web.request_info import get_request_info

blueprint = Blueprint("reauthentication", __name__)

CODE_FIELD = "confirmation_code"
RESEND_FIELD = "confirmation_again"
OWN_FIELDS = ("csrf_token", CODE_FIELD, RESEND_FIELD)
TOO_SOON = _l("We just sent you an email. Please wait a minute before requesting another.")


@blueprint.post("/sign-in/confirm")
@requests_per_visitor
@any_role
def reauthenticate() -> ResponseReturnValue:
    """Ask for a fresh code, and send the browser back with everything it had posted.

    The browser comes here by a 307, so what was typed is in this request's body. The page carries it along in hidden
    fields, and another 307 returns it to its destination.
    """
    wanted = find_safe_path(request.args.get("to"), method="POST") or abort(404)
    asked = sign_in_requests.find_reauthentication(current_user.session.id)
    if asked is None or asked.tries >= MAX_TRIES:
        asked = send_code()
    elif RESEND_FIELD in request.form:
        if not resend_code(asked):
            return render_code_form(asked, str(TOO_SOON), 429)
    elif CODE_FIELD in request.form:
        return check_code(asked, wanted)
    db.session.commit()
    return render_code_form(asked, "")


def check_code(asked: SignInRequest, wanted: str) -> ResponseReturnValue:
    """Count an attempt, compare, and continue or ask again."""
    typed = codes.parse_code(request.form[CODE_FIELD])
    if typed is None:
        return render_code_form(asked, str(codes.NOT_A_CODE), 422)
    if seconds := address_limits.seconds_until_code(asked.mailbox, renewing=True):
        db.session.rollback()
        raise TooManyRequests(retry_after=seconds)
    counted = code_attempts.count_attempt([asked])
    commit_and_continue()  # before the code is compared
    if code_attempts.find_match(counted, typed) is None or not sign_in_requests.claim(asked, via="code"):
        code_attempts.record_wrong_code([asked], actor=get_actor())
        db.session.commit()
        return render_code_form(asked, _("Wrong code."), 422)
    login_sessions.mark_proven(current_user.session.id)
    record(
        "confirmed",
        actor=get_actor(),
        address=current_user.address,
        session=current_user.session.id,
    )
    db.session.commit()
    return redirect(wanted, 307)


def send_code() -> SignInRequest:
    """Send an email with a code for this session."""
    abort_if_too_many(mailbox_key(current_user.address))
    return new_request.request_reauthentication(current_user.address, current_user.session.id, get_request_info())


def resend_code(asked: SignInRequest) -> bool:
    """Send the same code again. Returns whether the last email was long enough ago."""
    if sign_in_requests.seconds_until_resend(asked):
        return False
    abort_if_too_many(asked.mailbox)
    new_request.resend_email(asked, get_request_info())
    flash(_("We've sent another email with the same code."))
    return True


def abort_if_too_many(mailbox: str) -> None:
    """Answer 429 if the address's emails of this hour are used up."""
    if seconds := address_limits.seconds_until_email(mailbox, None, kind=new_request.REAUTHENTICATION_EMAIL):
        db.session.rollback()
        raise TooManyRequests(retry_after=seconds)


def render_code_form(asked: SignInRequest, error: str, status: int = 200) -> ResponseReturnValue:
    """Show the field for the code, with what was posted before in hidden fields."""
    held = [(name, value) for name, value in MultiDict(request.form).items(multi=True) if name not in OWN_FIELDS]
    page = render_template(
        "signin/reauthentication/new.html",
        held=held,
        error=error,
        code=CODE_FIELD,
        again=RESEND_FIELD,
        wait=sign_in_requests.seconds_until_resend(asked),
    )
    return page, status
