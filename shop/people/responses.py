"""Shared by the views about people: the page of one person, and the response to a change."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.formats import format_day
from shop.people import invitations
from shop.people.directory import Directory, DirectoryRow
from shop.people.errors import NotAllowed
from shop.people.forms import RuleForm
from shop.people.labels import ROLE_LABELS


def get_row(slug: str) -> DirectoryRow:
    """Return the row of an address or domain, or answer 404."""
    return Directory().find(slug) or abort(404)


def render_person(row: DirectoryRow, form: RuleForm, conflicts: Sequence[Conflict] = ()) -> str:
    """Show one address or domain."""
    link = invitations.build_url(row.invitation) if row.invitation else None
    return render_template(
        "people/detail.html", row=row, form=form, conflicts=conflicts, describe_term=describe_term, link=link
    )


def describe_term(name: str, value: Any) -> str:
    """Return a rule's detail as a conflict shows it. A form may send any value back."""
    if not value:
        return str(_("Never") if name == "until" else _("None"))
    if name == "role":
        return str(ROLE_LABELS.get(str(value), value))
    try:
        return str(format_day(date.fromisoformat(value))) if name == "until" else str(value)
    except (TypeError, ValueError):
        return str(value)


def apply_change(change: Callable[[], object], sentence: str, back: str) -> ResponseReturnValue:
    """Carry out a change and redirect with a notice, or with the reason for a refusal; nothing is saved halfway."""
    try:
        change()
    except NotAllowed as refusal:
        db.session.rollback()
        flash(str(refusal))
        return redirect(back, 303)
    db.session.commit()
    flash(sentence)
    return redirect(back, 303)
