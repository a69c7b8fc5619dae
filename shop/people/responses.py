"""What the views about people share: the page of one, and the answer to a change."""

from collections.abc import Callable, Sequence

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.people import invitations
from shop.people.access_changes import NotAllowed
from shop.people.access_policy import decide_access
from shop.people.directory import Directory, DirectoryRow
from shop.people.forms import RuleForm


def get_row(slug: str) -> DirectoryRow:
    """Give the row of an address or domain, or answer 404."""
    return Directory().find(slug) or abort(404)


def render_person(row: DirectoryRow, form: RuleForm, clashes: Sequence[Conflict] = ()) -> str:
    """Show one address or domain."""
    link = invitations.build_url(row.invitation) if row.invitation else None
    verdict = None if row.subject.startswith("@") else decide_access(row.subject)
    return render_template("people/detail.html", row=row, form=form, clashes=clashes, link=link, verdict=verdict)


def apply_change(change: Callable[[], object], sentence: str, back: str) -> ResponseReturnValue:
    """Carry a change out and say so, or say why it is refused; nothing is half done."""
    try:
        change()
    except NotAllowed as refusal:
        db.session.rollback()
        flash(str(refusal))
        return redirect(back, 303)
    db.session.commit()
    flash(sentence)
    return redirect(back, 303)
