"""Sessions: the browsers that are signed in, each of which can be signed out."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from shop.audit.entries import record
from shop.clients.queries import client_names
from shop.extensions import db
from shop.people.guards import any_account
from shop.people.models.person import Person
from shop.people.models.role import Role
from shop.sessions import login_sessions, queries
from shop.sessions.labels import VIA_LABELS
from shop.sessions.models.login_session import EndReason
from shop.sessions.user_agents import describe_browser
from shop.web.actor import get_actor

sessions = Blueprint("sessions", __name__)


@sessions.get("/sessions")
@any_account
def list_sessions() -> ResponseReturnValue:
    """Show the person's own signed-in browsers; an owner can see everyone's."""
    of_all = request.args.get("of") == "everybody"
    if of_all and current_user.role is not Role.OWNER:
        abort(403)
    found = queries.list_live_sessions(None if of_all else current_user.address)
    return render_template(
        "sessions/list.html",
        sessions=found,
        of_all=of_all,
        describe_browser=describe_browser,
        via_labels=VIA_LABELS,
        names=client_names(),
    )


@sessions.post("/sessions/<id:number>/end")
@any_account
def end_session(number: int) -> ResponseReturnValue:
    """End one session: a person's own, or for an owner anyone's."""
    session = queries.find_session(number)
    owner_of = db.session.get(Person, session.person_id) if session else None
    if session is None or owner_of is None or not may_end(owner_of):
        abort(404)
    is_own = owner_of.id == current_user.person.id
    reason = EndReason.BY_SELF if is_own else EndReason.BY_OWNER
    if login_sessions.end(session.id, reason):
        record_end(owner_of.address, session.id, reason)
        flash(_("Session ended."))
    db.session.commit()
    return redirect(url_for("sessions.list_sessions", of=None if is_own else "everybody"), 303)


@sessions.post("/sessions/others/end")
@any_account
def end_other_sessions() -> ResponseReturnValue:
    """End every other session of the signed-in person."""
    ended = login_sessions.end_others(current_user.person.id, current_user.session.id, because=EndReason.BY_SELF)
    for number in ended:
        record_end(current_user.address, number, EndReason.BY_SELF)
    db.session.commit()
    flash(ngettext("%(num)s other session ended.", "%(num)s other sessions ended.", len(ended)))
    return redirect(url_for("sessions.list_sessions"), 303)


def may_end(owner_of: Person) -> bool:
    """Return whether the signed-in person may end a session of that person."""
    return owner_of.id == current_user.person.id or current_user.role is Role.OWNER


def record_end(address: str, number: int, reason: str) -> None:
    """Record an ended session in the audit log."""
    record("session_ended", actor=get_actor(), address=address, session=number, reason=reason)
