"""Undo what one click changed."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from shop.extensions import db
from shop.people.guards import staff_only
from shop.tokens import is_id
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import get_actor

undo = Blueprint("undo", __name__)


@undo.get("/undo")
@staff_only
def list_steps() -> ResponseReturnValue:
    """Show what the signed-in person can still undo."""
    return render_template("undo/list.html", steps=steps.list_undoable(current_user.address))


@undo.post("/undo/<string(length=22):step_id>")
@staff_only
def undo_step(step_id: str) -> ResponseReturnValue:
    """Undo the person's own change; what someone has changed since stays as it is now."""
    if not is_id(step_id) or not steps.has_step(step_id, current_user.address):
        abort(404)
    done = steps.undo_step(step_id, actor=get_actor())
    db.session.commit()
    flash(
        undone_message(*done)
        if done
        else _("This was already undone, or it's more than a day old. Nothing was changed.")
    )
    return redirect(get_previous_page(), 303)


def undone_message(step: UndoStep, number: int) -> str:
    """Return a sentence about the records that were undone, and those that were not."""
    return ngettext(
        "Undone: %(what)s. %(count)s record restored; later changes were kept.",
        "Undone: %(what)s. %(count)s records restored; later changes were kept.",
        number,
        what=step.sentence.rstrip("."),
        count=f"{number:,}",
    )


def get_previous_page() -> str:
    """Return the page of ours with the button, or the list of what can be undone."""
    before = urlsplit(request.referrer or "")
    is_ours = before.netloc == request.host and before.path.startswith("/") and not before.path.startswith("//")
    here = url_for("undo.list_steps")
    return f"{before.path}?{before.query}".rstrip("?") if is_ours and "/bulk/" not in before.path else here
