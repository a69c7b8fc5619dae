"""The staff's note on an order."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from shop.orders import edits
from shop.orders.forms.notes import NoteForm
from shop.orders.responses import commit_and_show, conflict_page, get_locked_order, order_page
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("note", __name__)


@blueprint.post("/orders/<id:number>/note")
@staff_only
def change_note(number: int) -> ResponseReturnValue:
    """Change the note that only staff can see."""
    order, form = get_locked_order(number), NoteForm()
    if not form.validate():
        return order_page(order, note_form=form), 422
    merge = form.settle(order.version, {"note": order.note}, request.form)
    if merge.conflicts:
        return conflict_page(number, merge.conflicts, note_form=form)
    edits.change_details(order, merge.values, actor=get_actor())
    return commit_and_show(order, form.told(_l("Note saved.")))
