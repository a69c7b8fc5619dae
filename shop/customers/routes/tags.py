"""Tag the selected customers, or remove a tag from them."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.customers import bulk_tags
from shop.customers.forms import BulkTagForm
from shop.customers.responses import LIST_URL, list_args, list_page, posted_ids
from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.people.guards import staff_only
from shop.web.request_info import get_request_info

blueprint = Blueprint("tags", __name__)


@blueprint.post("/customers/tags")
@staff_only
def tag_customers() -> ResponseReturnValue:
    """Return the chosen customers a tag."""
    return change_tags(wanted=True)


@blueprint.post("/customers/tags/removal")
@staff_only
def untag_customers() -> ResponseReturnValue:
    """Take a tag away from the chosen customers."""
    return change_tags(wanted=False)


def change_tags(*, wanted: bool) -> ResponseReturnValue:
    """Return the chosen customers a tag, or take it away, and show the list they were chosen from."""
    form, chosen = BulkTagForm(), posted_ids()
    if not form.validate() or not chosen:
        if not chosen:
            form.tag.errors = [*form.tag.errors, "Choose at least one customer."]
        return list_page(form), 422
    change = bulk_tags.add_tag if wanted else bulk_tags.remove_tag
    step = change(chosen, form.tag.data, by=current_user.address, visit=get_request_info())
    full = bulk_tags.count_full(chosen, form.tag.data) if wanted and not step else 0
    nothing = f"Nothing was changed: {full:,} already had {MOST_TAGS} tags." if full else "There was nothing to change."
    said = (f"{step.sentence}.", f"undo:{step.id}") if step else (nothing, "message")
    db.session.commit()
    flash(*said)
    return redirect(LIST_URL.url(list_args()), 303)
