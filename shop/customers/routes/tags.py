"""Tag the selected customers, or remove a tag from them."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from shop.customers import bulk_tags
from shop.customers.forms import BulkTagForm
from shop.customers.responses import LIST_URL, list_args, list_page, posted_ids
from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("tags", __name__)


@blueprint.post("/customers/tags")
@staff_only
def tag_customers() -> ResponseReturnValue:
    """Tag the selected customers."""
    return change_tags(wanted=True)


@blueprint.post("/customers/tags/removal")
@staff_only
def untag_customers() -> ResponseReturnValue:
    """Remove a tag from the selected customers."""
    return change_tags(wanted=False)


def change_tags(*, wanted: bool) -> ResponseReturnValue:
    """Tag the selected customers, or remove the tag, and show the list they were selected in."""
    form, chosen = BulkTagForm(), posted_ids()
    if not form.validate() or not chosen:
        if not chosen:
            form.tag.errors = [*form.tag.errors, _("Select at least one customer.")]
        return list_page(form), 422
    change = bulk_tags.add_tag if wanted else bulk_tags.remove_tag
    step = change(chosen, form.tag.data, actor=get_actor())
    full = bulk_tags.count_full(chosen, form.tag.data) if wanted and not step else 0
    said = (step.sentence, f"undo:{step.id}") if step else (unchanged_message(full), "message")
    db.session.commit()
    flash(*said)
    return redirect(LIST_URL.url(list_args()), 303)


def unchanged_message(full: int) -> str:
    """Return what to say where nothing changed; `full` customers lack the tag, and are at the tag limit."""
    if not full:
        return _("Nothing to change.")
    return ngettext(
        "Nothing to change: %(count)s customer already has %(most)s tags.",
        "Nothing to change: %(count)s customers already have %(most)s tags.",
        full,
        count=f"{full:,}",
        most=MOST_TAGS,
    )
