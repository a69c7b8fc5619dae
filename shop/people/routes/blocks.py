"""Block and unblock an address."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.email_address import InvalidEmail, parse_email
from shop.people import access_changes
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.people.responses import apply_change, get_row
from shop.web.actor import get_actor

blueprint = Blueprint("blocks", __name__)


@blueprint.post("/people/blocks")
@needs(Role.OWNER, fresh=True)
def block_address() -> ResponseReturnValue:
    """Block an address that the list does not show, such as a customer's."""
    try:
        address = parse_email(request.form.get("address", ""))
    except InvalidEmail as refusal:
        flash(str(refusal))
        return redirect(url_for("people.list_people"), 303)
    return apply_change(
        lambda: access_changes.block_address(address, actor=get_actor()),
        _("%(address)s blocked and signed out everywhere.", address=address),
        url_for("people.list_people", state="blocked"),
    )


@blueprint.post("/people/<string(length=16):slug>/block")
@needs(Role.OWNER, fresh=True)
def block_person(slug: str) -> ResponseReturnValue:
    """Block an address, whatever the rules say."""
    row = get_row(slug)
    if row.subject.startswith("@"):
        abort(404)
    return apply_change(
        lambda: access_changes.block_address(row.subject, actor=get_actor()),
        _("%(address)s blocked and signed out everywhere.", address=row.subject),
        url_for("people.show_person", slug=row.slug),
    )


@blueprint.post("/people/<string(length=16):slug>/block/removal")
@needs(Role.OWNER, fresh=True)
def unblock_person(slug: str) -> ResponseReturnValue:
    row = get_row(slug)
    return apply_change(
        lambda: access_changes.unblock_address(row.subject, actor=get_actor()),
        _("%(address)s unblocked.", address=row.subject),
        url_for("people.list_people"),  # the block may have been their only row
    )
