"""The front door: ask for a link, open it, type the code, sign out."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import tokens
from shop.audit.entries import record
from shop.email_address import mailbox_key
from shop.extensions import db
from shop.people.guards import any_account, open_to_all
from shop.sessions import known_browsers, login_sessions
from shop.sessions.cookies import (
    BROWSER_COOKIE,
    LOGIN_COOKIE,
    YEAR,
    clear_cookie,
    clear_login,
    move_token_to_cookie,
    read_cookie,
    set_cookie,
)
from shop.signin import asking, budgets, redeeming, requests, trying
from shop.signin.answers import ASKED, LINK, code_page, dead_page, door_of, find_linked, is_dead, link_page, too_many
from shop.signin.asking import Asker
from shop.signin.destinations import client_of, own_path
from shop.signin.forms import AddressForm, CodeForm
from shop.signin.limits import asks_of_all, asks_per_visitor, entries_per_visitor
from shop.signin.redeeming import Key
from shop.signin.requests import SignInRequest, State
from shop.transactions import commit_and_continue
from shop.web.request_info import get_request_info

signin = Blueprint("signin", __name__)

ASKED_SECONDS = 2 * 3600
NO_TRIES_LEFT = "That was the last try for this code. The link in the letter still works."
TOO_MANY_CODES = "Too many wrong codes were typed for this address today. The link in the letter still works."
TOO_SOON = "A letter was sent a moment ago. Please wait before you ask for another."
TOO_MANY_LETTERS = "Too many letters were asked for at this address."


@signin.get("/sign-in")
@open_to_all
def request_link() -> ResponseReturnValue:
    """Show the field for the address."""
    asked = requests.find_asked(read_cookie(ASKED)) if "correct" in request.args else None
    form = AddressForm(email=asked.address if asked else "")
    return address_page(form)


@signin.post("/sign-in")
@asks_of_all
@asks_per_visitor
@open_to_all
def send_link() -> ResponseReturnValue:
    """Write a request for whoever asks; who may enter is decided when the letter falls due."""
    form = AddressForm()
    if not form.validate():
        return address_page(form), 422
    return ask(form.address, way_back())


@signin.get("/sign-in/code")
@open_to_all
def show_code() -> ResponseReturnValue:
    """Say what to do now, with the field for the code."""
    asked = requests.find_asked(read_cookie(ASKED))
    if asked is None:
        return redirect(url_for("signin.request_link"), 303)
    return code_page(asked, CodeForm())


@signin.post("/sign-in/code")
@entries_per_visitor
@open_to_all
def enter_code() -> ResponseReturnValue:
    """Count a try, then compare; the right code lets the asking browser in."""
    asked = requests.find_asked(read_cookie(ASKED))
    if asked is None:
        return render_template("signin/nothing_asked.html"), 410
    form = CodeForm()
    if is_dead(asked):
        return code_page(asked, form)
    if not form.validate():
        return code_page(asked, form, 422)
    if seconds := budgets.wait_for_code(asked.mailbox):
        too_many(TOO_MANY_CODES, seconds)
    counted = trying.count([asked])
    commit_and_continue()  # before the code is looked at, so that no crash and no crowd gets a free look
    if trying.match(counted, form.typed) is None:
        return refuse_code(asked, form)
    return enter(asked, via="code")


@signin.post("/sign-in/again")
@asks_of_all
@asks_per_visitor
@open_to_all
def send_again() -> ResponseReturnValue:
    """Send another letter of the same request, or start a new one where that is over."""
    asked = find_linked() if "link" in request.form else requests.find_asked(read_cookie(ASKED))
    if asked is None:
        return redirect(url_for("signin.request_link"), 303)
    mine = asked.browser_hash is not None and requests.is_askers(asked, read_cookie(ASKED))
    if not mine or is_dead(asked):  # a break-glass link, which is nobody's, is never mailed
        return ask(asked.address, asked.next_path)
    refuse_too_soon(asked)
    if not asking.ask_again(asked, get_request_info()):
        too_many(TOO_SOON, requests.RESEND_PAUSE.seconds)
    db.session.commit()
    flash(f"Letter {asked.letters} is on its way. All letters of this request work.")
    return redirect(url_for("signin.show_code"), 303)


@signin.get("/sign-in/link/<token>")
@open_to_all
def open_link(token: str) -> ResponseReturnValue:
    """Move the token out of the address; spends nothing."""
    return move_token_to_cookie(token, LINK, url_for("signin.show_link"))


@signin.get("/sign-in/link")
@open_to_all
def show_link() -> ResponseReturnValue:
    """Show the one button, or in another browser the code to carry back; changes nothing for anyone."""
    return link_page(find_linked())


@signin.post("/sign-in/link")
@entries_per_visitor
@open_to_all
def press_link() -> ResponseReturnValue:
    """Let the browser that asked in; any other one sees what GET shows."""
    linked = find_linked()
    if linked is None or not requests.is_askers(linked, read_cookie(ASKED)):
        return look(linked)
    return enter(linked, via="link" if linked.browser_hash else "break-glass")


@signin.post("/sign-in/collect")
@entries_per_visitor
@open_to_all
def collect() -> ResponseReturnValue:
    """Give the asking browser its session once more, if the answer that carried it was lost."""
    secret = read_cookie(ASKED)
    asked = requests.find_asked(secret)
    found = redeeming.collect(asked, secret) if asked and secret else None
    if asked is None or found is None:
        return redirect(url_for("dashboard.home" if current_user.is_authenticated else "signin.request_link"), 303)
    return let_in(asked, found, read_cookie(BROWSER_COOKIE) or tokens.new_secret())


@signin.post("/sign-out")
@any_account
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    login_sessions.sign_out(current_user.session.id, current_user.address, get_request_info())
    db.session.commit()
    session.clear()
    flash("You are signed out.")
    again = None if current_user.role else url_for("account.show_account")
    return clear_login(redirect(url_for("signin.request_link", next=again), 303))


def address_page(form: AddressForm) -> str:
    """Show the field for the address, under the name of whom the sign-in is for."""
    onward, must_sign_in = way_back(), "again" in request.args
    about = {"onward": onward, "must_sign_in": must_sign_in, **door_of(client_of(onward))}
    return render_template("signin/request_link.html", form=form, **about)


def way_back() -> str | None:
    """Give where the visitor was going, if that is one of our own pages."""
    return own_path(request.args.get("next"))


def ask(address: str, next_path: str | None) -> ResponseReturnValue:
    """Write a new request for this browser, in place of the one it had, and lead to the code page."""
    known = known_browsers.find_known_hash(read_cookie(BROWSER_COOKIE), address)
    if seconds := budgets.wait_for_letter(mailbox_key(address), known):
        too_many(TOO_MANY_LETTERS, seconds)
    requests.replace(read_cookie(ASKED))
    secret = tokens.new_secret()
    asking.ask(address, Asker(secret, known, get_request_info()), next_path=next_path, client_id=client_of(next_path))
    db.session.commit()
    response = make_response(redirect(url_for("signin.show_code"), 303))
    set_cookie(response, ASKED, secret, seconds=ASKED_SECONDS)
    return response


def enter(asked: SignInRequest, *, via: str) -> ResponseReturnValue:
    """Redeem, and either let in or say in a sentence why not."""
    browser = read_cookie(BROWSER_COOKIE) or tokens.new_secret()
    before = (current_user.session.id, current_user.address) if current_user.is_authenticated else None
    result = redeeming.redeem(asked, Key(read_cookie(ASKED), browser), via=via, visit=get_request_info())
    if isinstance(result, State):
        db.session.commit()
        return dead_page(asked, result)
    if before and login_sessions.end(before[0], "signed in anew"):
        about = {"address": before[1], "session": before[0], "reason": "signed in anew"}
        record("session_ended", by=asked.address, visit=get_request_info(), **about)
    db.session.commit()
    return let_in(asked, result, browser)


def let_in(asked: SignInRequest, secret: str, browser: str) -> ResponseReturnValue:
    """Hand over the session's cookie, and the one that the browser is known by, and lead to where it was going."""
    session.clear()  # nothing survives from before
    response = make_response(redirect(own_path(asked.next_path) or url_for("dashboard.home"), 303))
    set_cookie(response, LOGIN_COOKIE, secret, seconds=login_sessions.get_max_seconds())
    set_cookie(response, BROWSER_COOKIE, browser, seconds=YEAR)
    clear_cookie(response, LINK)
    return response


def look(linked: SignInRequest | None) -> ResponseReturnValue:
    """Record that a browser which did not ask pressed the button, and show it what GET shows."""
    if linked:
        record("link_looked_at", by="visitor", visit=get_request_info(), address=linked.address, request=linked.id)
        db.session.commit()
    return link_page(linked, 403)


def refuse_code(asked: SignInRequest, form: CodeForm) -> ResponseReturnValue:
    """Record a wrong code and show how many tries are left."""
    trying.note_wrong([asked], by="visitor", visit=get_request_info())
    db.session.commit()
    left = requests.TRIES - asked.tries
    tries = "1 try is" if left == 1 else f"{left} tries are"
    form.code.errors = [f"That is not the code. {tries} left." if left > 0 else NO_TRIES_LEFT]
    return code_page(asked, form, 422 if left > 0 else 410)


def refuse_too_soon(asked: SignInRequest) -> None:
    """Stop a letter that follows the last one too closely, or exceeds the address's hour."""
    if seconds := requests.seconds_until_again(asked):
        too_many(TOO_SOON, seconds)
    if seconds := budgets.wait_for_letter(asked.mailbox, asked.known_browser):
        too_many(TOO_MANY_LETTERS, seconds)
