"""Shared by the sign-in views: cookies, the pages of code and link, and the end of a sign-in."""

from typing import Any, NoReturn

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from shop import tokens
from shop.audit.entries import record
from shop.clients.models.client import ClientAccess
from shop.clients.queries import find_client
from shop.extensions import db
from shop.outbox.queries import is_mail_delayed
from shop.sessions import login_sessions
from shop.sessions.cookies import BROWSER_COOKIE, LOGIN_COOKIE, YEAR, clear_cookie, read_cookie, set_cookie
from shop.signin import codes, links, redemption, sign_in_requests
from shop.signin.forms import CodeForm
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.next_url import find_safe_path
from shop.signin.redemption import BrowserSecrets
from shop.signin.sign_in_requests import RequestState
from shop.web.actor import Actor
from shop.web.request_info import get_request_info

REQUEST_COOKIE = "asked"  # the cookie of one request: only its browser can finish that sign-in
LINK_COOKIE = "link"  # the cookie that carries a link's token from its URL to the page


def render_code(asked: SignInRequest, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    """Show the code page, or how the request ended."""
    if is_shown_as_ended(asked):
        state = sign_in_requests.get_state(asked)
        return render_ended(asked, RequestState.EXPIRED if state is RequestState.WITHDRAWN else state)
    page = render_template(
        "signin/code/new.html",
        form=form,
        number=asked.letters,
        minutes=sign_in_requests.get_lifetime().seconds // 60,
        wait=sign_in_requests.seconds_until_resend(asked),
        out_of_tries=asked.tries >= sign_in_requests.MAX_TRIES,
        is_delayed=is_mail_delayed(),
        next_path=asked.next_path,
        **describe_client(asked.client_id),
    )
    return page, status


def render_link(linked: SignInRequest | None, status: int = 200) -> ResponseReturnValue:
    """Show where a link leads: the button, the code for the other browser, or how it ended."""
    if linked is None:
        return render_template("signin/invalid_link.html"), 404
    state = sign_in_requests.get_state(linked)
    if state is not RequestState.LIVE:
        return render_ended(linked, state)
    if sign_in_requests.is_from_browser(linked, read_cookie(REQUEST_COOKIE)):
        facts = {"address": linked.address, "next_path": linked.next_path}
        return render_template("signin/link/show.html", **facts, **describe_client(linked.client_id))
    code = codes.format_code(codes.derive_codes(linked.id)[0])
    return render_template("signin/link/other_browser.html", code=code, **describe_client(linked.client_id)), status


def render_ended(asked: SignInRequest, state: RequestState) -> ResponseReturnValue:
    """Show how a request ended, with one click to a new one; the requesting browser can recover a lost response."""
    secret = read_cookie(REQUEST_COOKIE)
    mine = asked.browser_hash is not None and sign_in_requests.is_from_browser(asked, secret)
    page = render_template(
        "signin/request_ended.html",
        state=state,
        next_path=asked.next_path if mine else None,
        **describe_client(asked.client_id),
        by_link=request.endpoint in ("signin.link.show_link", "signin.link.redeem_link"),
        may_collect=mine and state is RequestState.USED and redemption.recover_secret(asked, secret or "") is not None,
    )
    return page, 410


def describe_client(client_id: str | None) -> dict[str, Any]:
    """Return a page's facts about the sign-in's client: its name (None: the admin), and if it is open to everyone."""
    client = find_client(client_id)
    return {
        "client_name": client.name if client else None,
        "is_open": client is not None and client.who == ClientAccess.EVERYBODY,
    }


def is_shown_as_ended(asked: SignInRequest) -> bool:
    """Return whether the requesting browser is told that its request has ended.

    A withdrawn one looks live until it expires. Otherwise an attacker who requested a sign-in for another person's
    address would learn that the person was just removed. None of its codes will match.
    """
    state = sign_in_requests.get_state(asked)
    return state not in (
        RequestState.LIVE,
        RequestState.WITHDRAWN,
        RequestState.EXPIRED,
    ) or sign_in_requests.may_report_expiry(asked)


def find_linked_request() -> SignInRequest | None:
    """Return the request of the link that this browser opened, if the link is genuine."""
    return sign_in_requests.find_request(links.verify_token(read_cookie(LINK_COOKIE)))


def abort_too_many(sentence: str, seconds: int) -> NoReturn:
    """Answer 429, with the seconds to wait in Retry-After."""
    db.session.rollback()
    raise TooManyRequests(sentence, retry_after=seconds)


def finish_sign_in(asked: SignInRequest, *, via: str) -> ResponseReturnValue:
    """Redeem the request, and either sign the person in or say in a sentence why not."""
    browser = read_cookie(BROWSER_COOKIE) or tokens.new_secret()
    before = (current_user.session.id, current_user.address) if current_user.is_authenticated else None
    result = redemption.redeem(
        asked, BrowserSecrets(read_cookie(REQUEST_COOKIE), browser), via=via, visit=get_request_info()
    )
    if isinstance(result, RequestState):
        db.session.commit()
        return render_ended(asked, result)
    reason = "signed in anew"
    if before and login_sessions.end(before[0], reason):
        about = {"address": before[1], "session": before[0], "reason": reason}
        record("session_ended", actor=Actor(asked.address, get_request_info()), **about)
    next_path = asked.next_path  # before the commit, after which it would be read again
    db.session.commit()
    return send_session_cookie(next_path, result, browser)


def send_session_cookie(next_path: str | None, secret: str, browser: str) -> ResponseReturnValue:
    """Set the session's cookie, and the one that the browser is known by, and redirect to the requested page."""
    session.clear()  # nothing survives from before
    response = make_response(redirect(find_safe_path(next_path) or url_for("dashboard.show_home"), 303))
    set_cookie(response, LOGIN_COOKIE, secret, seconds=login_sessions.get_max_seconds())
    set_cookie(response, BROWSER_COOKIE, browser, seconds=YEAR)
    clear_cookie(response, LINK_COOKIE)
    return response
