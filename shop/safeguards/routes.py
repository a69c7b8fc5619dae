"""Safeguards: "this was not me", invitations, and the fresh code that a grave act asks for."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import TooManyRequests

from shop.audit.entries import record
from shop.clients.client import name_of
from shop.email_address import mailbox_key
from shop.extensions import db
from shop.people import invitations
from shop.people.guards import any_role, open_to_all
from shop.safeguards.forms import NotMeForm
from shop.sessions import login_sessions
from shop.sessions.cookies import clear_cookie, move_token_to_cookie, read_cookie
from shop.signin import asking, budgets, codes, reports, requests, trying
from shop.signin.destinations import own_path
from shop.signin.limits import asks_per_visitor, entries_per_visitor
from shop.signin.requests import TRIES, SignInRequest
from shop.transactions import commit_and_continue
from shop.web.request_info import get_request_info

safeguards = Blueprint("safeguards", __name__)
REPORT = "report"
INVITATION = "invitation"
CODE = "confirmation_code"
AGAIN = "confirmation_again"
OURS = ("csrf_token", CODE, AGAIN)
TOO_SOON = "A letter was sent a moment ago. Please wait a minute before you ask for another."


@safeguards.get("/sign-in/not-me/<token>")
@open_to_all
def open_report(token: str) -> ResponseReturnValue:
    """Move the token out of the address; reports nothing."""
    return move_token_to_cookie(token, REPORT, url_for("safeguards.show_report"))


@safeguards.get("/sign-in/not-me")
@open_to_all
def show_report() -> ResponseReturnValue:
    """Say what "this was not me" will do."""
    return report_page(reports.read(read_cookie(REPORT)))


@safeguards.post("/sign-in/not-me")
@entries_per_visitor
@open_to_all
def not_me() -> ResponseReturnValue:
    """End what was reported, and pause sign-in for the address."""
    report = reports.read(read_cookie(REPORT))
    if report is None or report.is_over():
        return report_page(report)
    form = NotMeForm(report.address or "")
    if not form.validate():
        return not_me_page(report, form), 422
    report.carry_out(get_request_info())
    db.session.commit()
    response = make_response(render_template("safeguards/reported.html", door=name_of(report.client_id)))
    clear_cookie(response, REPORT)
    return response


@safeguards.get("/sign-in/invitation/<token>")
@open_to_all
def open_invitation(token: str) -> ResponseReturnValue:
    """Move the token out of the address; accepts nothing."""
    return move_token_to_cookie(token, INVITATION, url_for("safeguards.show_invitation"))


@safeguards.get("/sign-in/invitation")
@open_to_all
def show_invitation() -> ResponseReturnValue:
    """Welcome somebody who was invited, and lead to the normal sign-in."""
    invitation = invitations.find_invitation(invitations.verify_token(read_cookie(INVITATION)))
    if invitation is None:
        return render_template("safeguards/invitation_over.html"), 410
    return render_template("safeguards/invitation.html", address=invitation.address)


@safeguards.post("/sign-in/confirm")
@asks_per_visitor
@any_role
def confirm() -> ResponseReturnValue:
    """Ask for a fresh code, and send the browser back with all it had posted.

    The browser comes here by a 307, so what was typed is in this request's body; the page carries it along in hidden
    fields, and another 307 takes it to where it was going.
    """
    wanted = own_path(request.args.get("to"), method="POST") or abort(404)
    asked = requests.find_confirming(current_user.session.id)
    if asked is None or asked.tries >= TRIES:
        asked = send_code()
    elif AGAIN in request.form:
        if not asking_again(asked):
            return confirm_page(asked, TOO_SOON, 429)
    elif CODE in request.form:
        return check_code(asked, wanted)
    db.session.commit()
    return confirm_page(asked, "")


def check_code(asked: SignInRequest, wanted: str) -> ResponseReturnValue:
    """Count a try, compare, and go on or ask again."""
    typed = codes.read(request.form[CODE])
    if typed is None:
        return confirm_page(asked, codes.NOT_A_CODE, 422)
    if seconds := budgets.wait_for_code(asked.mailbox, renewing=True):
        db.session.rollback()
        raise TooManyRequests(retry_after=seconds)
    counted = trying.count([asked])
    commit_and_continue()  # before the code is looked at
    if trying.match(counted, typed) is None or not requests.claim(asked, via="code"):
        trying.note_wrong([asked], by=current_user.address, visit=get_request_info())
        db.session.commit()
        return confirm_page(asked, "That is not the code.", 422)
    login_sessions.mark_proven(current_user.session.id)
    record(
        "confirmed",
        by=current_user.address,
        visit=get_request_info(),
        address=current_user.address,
        session=current_user.session.id,
    )
    db.session.commit()
    return redirect(wanted, 307)


def send_code() -> SignInRequest:
    """Post a letter with a code for this session."""
    refuse_too_many(mailbox_key(current_user.address))
    return asking.ask_to_confirm(current_user.address, current_user.session.id, get_request_info())


def asking_again(asked: SignInRequest) -> bool:
    """Post the same code once more. Gives whether the last letter was long enough ago."""
    if requests.seconds_until_again(asked):
        return False
    refuse_too_many(asked.mailbox)
    asking.ask_again(asked, get_request_info())
    flash("Another letter is on its way, with the same code.")
    return True


def refuse_too_many(mailbox: str) -> None:
    """Stop what exceeds the address's letters of this hour."""
    if seconds := budgets.wait_for_letter(mailbox, None, kind=asking.CONFIRMATION_KIND):
        db.session.rollback()
        raise TooManyRequests(retry_after=seconds)


def confirm_page(asked: SignInRequest, error: str, status: int = 200) -> ResponseReturnValue:
    """Show the field for the code, with what was typed before in hidden fields."""
    held = [(name, value) for name, value in MultiDict(request.form).items(multi=True) if name not in OURS]
    page = render_template(
        "safeguards/confirm.html",
        held=held,
        error=error,
        code=CODE,
        again=AGAIN,
        wait=requests.seconds_until_again(asked),
    )
    return page, status


def report_page(report: reports.Report | None) -> ResponseReturnValue:
    """Show the button, or that there is nothing left to report."""
    if report is None:
        return render_template("signin/not_genuine.html"), 404
    if report.is_over():
        return render_template("safeguards/report_over.html", door=name_of(report.client_id)), 410
    return not_me_page(report, NotMeForm(report.address or ""))


def not_me_page(report: reports.Report, form: NotMeForm) -> str:
    """Show the button, under the name of whom the letter came from."""
    return render_template("safeguards/not_me.html", form=form, what=report.what, door=name_of(report.client_id))
