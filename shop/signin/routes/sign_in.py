"""Request a sign-in email, and resend it."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop import tokens
from shop.email_address import mailbox_key
from shop.extensions import db
from shop.people.guards import open_to_all
from shop.sessions import known_browsers
from shop.sessions.cookies import BROWSER_COOKIE, read_cookie, set_cookie
from shop.signin import address_limits, new_request, sign_in_requests
from shop.signin.forms import SignInForm
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.network_limits import requests_per_visitor, requests_site_wide
from shop.signin.new_request import Requester
from shop.signin.next_url import find_client_id, find_safe_path
from shop.signin.responses import (
    REQUEST_COOKIE,
    abort_too_many,
    describe_client,
    find_linked_request,
    is_shown_as_ended,
)
from shop.web.request_info import get_request_info

blueprint = Blueprint("signin", __name__)

REQUEST_COOKIE_SECONDS = 2 * 3600
TOO_SOON = _l("We just sent an email. Please wait before requesting another.")
TOO_MANY_EMAILS = _l("Too many emails have been requested for this address.")


@blueprint.get("/sign-in")
@open_to_all
def show_sign_in() -> ResponseReturnValue:
    """Show the field for the address."""
    asked = sign_in_requests.find_by_browser(read_cookie(REQUEST_COOKIE)) if "correct" in request.args else None
    form = SignInForm(email=asked.address if asked else "")
    return render_sign_in(form)


@blueprint.post("/sign-in")
@requests_site_wide
@requests_per_visitor
@open_to_all
def send_link() -> ResponseReturnValue:
    """Create a request for every address; access is decided when the email is due."""
    form = SignInForm()
    if not form.validate():
        return render_sign_in(form), 422
    return start_request(form.address, get_next_path())


@blueprint.post("/sign-in/again")
@requests_site_wide
@requests_per_visitor
@open_to_all
def resend_email() -> ResponseReturnValue:
    """Send another email for the same request, or start a new one if that has ended."""
    asked = (
        find_linked_request()
        if "link" in request.form
        else sign_in_requests.find_by_browser(read_cookie(REQUEST_COOKIE))
    )
    if asked is None:
        return redirect(url_for("signin.show_sign_in"), 303)
    mine = asked.browser_hash is not None and sign_in_requests.is_from_browser(asked, read_cookie(REQUEST_COOKIE))
    if not mine or is_shown_as_ended(asked):  # a break-glass link belongs to no one, and is never mailed
        return start_request(asked.address, asked.next_path)
    abort_if_too_soon(asked)
    if not new_request.resend_email(asked, get_request_info()):
        abort_too_many(str(TOO_SOON), sign_in_requests.RESEND_PAUSE.seconds)
    db.session.commit()
    flash(_("Another email sent (no. %(number)s). The earlier ones for this request still work.", number=asked.letters))
    return redirect(url_for("signin.code.show_code"), 303)


def render_sign_in(form: SignInForm) -> str:
    """Show the field for the address, under the name of the sign-in's client."""
    onward, must_sign_in = get_next_path(), "again" in request.args
    about = {"onward": onward, "must_sign_in": must_sign_in, **describe_client(find_client_id(onward))}
    return render_template("signin/sign_in.html", form=form, **about)


def get_next_path() -> str | None:
    """Return the visitor's destination, if it is one of our own pages."""
    return find_safe_path(request.args.get("next"))


def start_request(address: str, next_path: str | None) -> ResponseReturnValue:
    """Create a request for this browser, which replaces its last one, and redirect to the code page."""
    known = known_browsers.find_known_hash(read_cookie(BROWSER_COOKIE), address)
    if seconds := address_limits.seconds_until_email(mailbox_key(address), known):
        abort_too_many(str(TOO_MANY_EMAILS), seconds)
    sign_in_requests.mark_replaced(read_cookie(REQUEST_COOKIE))
    secret = tokens.new_secret()
    new_request.request_link(
        address, Requester(secret, known, get_request_info()), next_path=next_path, client_id=find_client_id(next_path)
    )
    db.session.commit()
    response = make_response(redirect(url_for("signin.code.show_code"), 303))
    set_cookie(response, REQUEST_COOKIE, secret, seconds=REQUEST_COOKIE_SECONDS)
    return response


def abort_if_too_soon(asked: SignInRequest) -> None:
    """Answer 429 if the last email was too recent, or the address's emails of this hour are used up."""
    if seconds := sign_in_requests.seconds_until_resend(asked):
        abort_too_many(str(TOO_SOON), seconds)
    if seconds := address_limits.seconds_until_email(asked.mailbox, asked.known_browser):
        abort_too_many(str(TOO_MANY_EMAILS), seconds)
