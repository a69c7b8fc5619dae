"""Taking back what one press changed."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.extensions import db
from shop.people.access import needs
from shop.people.allowlist import Role
from shop.tokens import is_id
from shop.undo import steps
from shop.visit import visit

undo = Blueprint("undo", __name__)
TOO_LATE = "That was undone already, or is more than a day ago. Nothing was changed."


@undo.get("/undo")
@needs(Role.OWNER, Role.STAFF)
def list_steps() -> ResponseReturnValue:
    """Show what one can still undo."""
    return render_template("undo/list_steps.html", steps=steps.of(current_user.address))


@undo.post("/undo/<string(length=22):step_id>")
@needs(Role.OWNER, Role.STAFF)
def take_back(step_id: str) -> ResponseReturnValue:
    """Take back one's own change; what somebody has changed since stays as it is now."""
    if not is_id(step_id) or not steps.has(step_id, current_user.address):
        abort(404)
    done = steps.take_back(step_id, by=current_user.address, visit=visit())
    db.session.commit()
    flash(said_of(*done) if done else TOO_LATE)
    return redirect(page_before(), 303)


def said_of(step: steps.Step, number: int) -> str:
    """Say what became of what was changed."""
    records = "one record" if number == 1 else f"{number:,} records"
    return f"Undone: {step.sentence.rstrip('.')}. As before again: {records}; what was changed since stays."


def page_before() -> str:
    """Give the page of ours on which the button was, or the list of what can be taken back."""
    before = urlsplit(request.referrer or "")
    is_ours = before.netloc == request.host and before.path.startswith("/") and not before.path.startswith("//")
    here = url_for("undo.list_steps")
    return f"{before.path}?{before.query}".rstrip("?") if is_ours and "/bulk/" not in before.path else here
