"""Lift the pause that a "not me" report started."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.people import pauses
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.people.responses import apply_change, get_row
from shop.web.actor import get_actor

blueprint = Blueprint("pauses", __name__)


@blueprint.post("/people/<string(length=16):slug>/pause/removal")
@needs(Role.OWNER, fresh=True)
def lift_pause(slug: str) -> ResponseReturnValue:
    """Let a person sign in again before the pause is over."""
    row = get_row(slug)
    return apply_change(
        lambda: pauses.lift_pause(row.subject, actor=get_actor()),
        _("%(address)s can sign in again.", address=row.subject),
        url_for("people.show_person", slug=row.slug),
    )
