"""The tags of one order."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from shop.orders import edits
from shop.orders.forms.notes import OrderTagsForm
from shop.orders.responses import commit_with_undo, conflict_page, get_locked_order, order_page
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("tags", __name__)


@blueprint.post("/orders/<id:number>/tags")
@staff_only
def change_tags(number: int) -> ResponseReturnValue:
    """Change the tags of an order."""
    order, form = get_locked_order(number), OrderTagsForm()
    if not form.validate():
        return order_page(order, tags_form=form), 422
    merge = form.settle(order.version, {"tags": order.tags}, request.form)
    if merge.conflicts:
        return conflict_page(number, merge.conflicts, tags_form=form)
    step = edits.change_tags(order, merge.values["tags"], actor=get_actor())
    return commit_with_undo(order, step, form.told(_l("Tags saved.")))
