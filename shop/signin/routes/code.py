"""Enter the code of a sign-in email."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from shop.extensions import db
from shop.people.guards import open_to_all
from shop.sessions.cookies import read_cookie
from shop.signin import address_limits, code_attempts, sign_in_requests
from shop.signin.forms import CodeForm
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.network_limits import attempts_per_visitor
from shop.signin.responses import REQUEST_COOKIE, abort_too_many, finish_sign_in, is_shown_as_ended, render_code
from shop.transactions import commit_and_continue
from shop.web.actor import get_visitor

blueprint = Blueprint("code", __name__)

NO_TRIES_LEFT = _l("That was the last attempt for this code. The link in the email still works.")
TOO_MANY_CODES = _l("Too many wrong codes for this address today. The link in the email still works.")


@blueprint.get("/sign-in/code")
@open_to_all
def show_code() -> ResponseReturnValue:
    """Say what to do now, with the field for the code."""
    asked = sign_in_requests.find_by_browser(read_cookie(REQUEST_COOKIE))
    if asked is None:
        return redirect(url_for("signin.show_sign_in"), 303)
    return render_code(asked, CodeForm())


@blueprint.post("/sign-in/code")
@attempts_per_visitor
@open_to_all
def enter_code() -> ResponseReturnValue:
    """Count an attempt, then compare; the right code signs in the requesting browser."""
    asked = sign_in_requests.find_by_browser(read_cookie(REQUEST_COOKIE))
    if asked is None:
        return render_template("signin/code/no_request.html"), 410
    form = CodeForm()
    if is_shown_as_ended(asked):
        return render_code(asked, form)
    if not form.validate():
        return render_code(asked, form, 422)
    if seconds := address_limits.seconds_until_code(asked.mailbox):
        abort_too_many(str(TOO_MANY_CODES), seconds)
    counted = code_attempts.count_attempt([asked])
    commit_and_continue()  # before the code is compared, so neither a crash nor parallel requests gain a free guess
    if code_attempts.find_match(counted, form.typed) is None:
        return render_wrong_code(asked, form)
    return finish_sign_in(asked, via="code")


def render_wrong_code(asked: SignInRequest, form: CodeForm) -> ResponseReturnValue:
    """Record a wrong code and show how many attempts are left."""
    code_attempts.record_wrong_code([asked], actor=get_visitor())
    db.session.commit()
    left = sign_in_requests.MAX_TRIES - asked.tries
    sentence = ngettext("Wrong code. %(num)s attempt left.", "Wrong code. %(num)s attempts left.", left)
    form.code.errors = [sentence if left > 0 else str(NO_TRIES_LEFT)]
    return render_code(asked, form, 422 if left > 0 else 410)
