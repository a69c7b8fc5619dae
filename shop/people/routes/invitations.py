"""Invite people: the form, its preview, and resending."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from shop.extensions import db
from shop.people import access_changes, invitations
from shop.people.errors import NotAllowed
from shop.people.forms import InviteForm
from shop.people.guards import needs
from shop.people.invitations import InvitationLine, RuleTerms
from shop.people.models.role import Role
from shop.people.responses import apply_change, get_row
from shop.web.actor import get_actor

blueprint = Blueprint("invitations", __name__)


@blueprint.get("/people/invitations/new")
@needs(Role.OWNER)
def show_invitation_form() -> ResponseReturnValue:
    """Show the form for invitations."""
    return render_template("people/invitations/new.html", form=InviteForm(formdata=None))


@blueprint.post("/people/invitations/preview")
@needs(Role.OWNER, fresh=True)
def preview_invitations() -> ResponseReturnValue:
    """Show the effect of inviting, line by line; changes nothing."""
    form = InviteForm()
    if not form.validate():
        return render_template("people/invitations/new.html", form=form), 422
    lines = invitations.preview_lines(form.addresses.data or "", form.terms())
    effective = select_effective(lines)
    is_only_people = all(line.effect == "add" and not line.address.startswith("@") for line in effective)
    return render_template(
        "people/invitations/preview.html", form=form, lines=lines, effective=effective, is_only_people=is_only_people
    )


@blueprint.post("/people/invitations")
@needs(Role.OWNER, fresh=True)
def create_invitations() -> ResponseReturnValue:
    """Invite everyone in the preview, or no one if any of them is refused."""
    form = InviteForm()
    if not form.validate():
        return render_template("people/invitations/new.html", form=form), 422
    lines = select_effective(invitations.preview_lines(form.addresses.data or "", form.terms()))
    try:
        for line in lines:
            apply_line(line, form.terms())
    except NotAllowed as refusal:
        db.session.rollback()
        form.addresses.errors = [str(refusal)]
        return render_template("people/invitations/new.html", form=form), 422
    db.session.commit()
    flash(describe_result(lines))
    return redirect(url_for("people.list_people"), 303)


@blueprint.post("/people/<string(length=16):slug>/invitation")
@needs(Role.OWNER, fresh=True)
def resend_invitation(slug: str) -> ResponseReturnValue:
    """Email an invited person again."""
    row = get_row(slug)
    if row.invitation is None:
        abort(404)
    invitation = row.invitation
    return apply_change(
        lambda: invitations.resend(invitation, actor=get_actor()),
        _("Invitation to %(address)s sent again.", address=row.subject),
        url_for("people.show_person", slug=row.slug),
    )


def describe_result(lines: list[InvitationLine]) -> str:
    """Return a sentence about what was changed."""
    added = [line for line in lines if line.effect == "add"]
    domains = [line for line in added if line.address.startswith("@")]
    people, updated = len(added) - len(domains), len(lines) - len(added)
    sentences = [
        ngettext("%(num)s person added.", "%(num)s people added.", people) if people else "",
        ngettext("%(num)s domain added.", "%(num)s domains added.", len(domains)) if domains else "",
        ngettext("%(num)s rule updated.", "%(num)s rules updated.", updated) if updated else "",
    ]
    return " ".join(filter(None, sentences)) or _("Everyone you entered is already on the list. Nothing was changed.")


def select_effective(lines: list[InvitationLine]) -> list[InvitationLine]:
    """Return the lines that change something."""
    return [line for line in lines if line.effect in ("add", "change")]


def apply_line(line: InvitationLine, terms: RuleTerms) -> None:
    """Carry out one line of a preview."""
    actor = get_actor()
    if line.address.startswith("@"):
        access_changes.set_rule(line.address, terms.role, until=terms.until, note=terms.note, actor=actor)
    else:
        invitations.invite_address(line.address, terms, actor=actor)
