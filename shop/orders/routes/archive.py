"""Archive and unarchive one order."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.orders.archive import archive_orders, count_unfinished, unarchive_orders
from shop.orders.responses import commit_with_undo, get_order
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("archive", __name__)


@blueprint.get("/orders/<id:number>/archive")
@staff_only
def confirm_archive(number: int) -> ResponseReturnValue:
    """Ask whether an order is to be archived, and say what is still to be done with it."""
    order = get_order(number)
    return render_template("orders/archive/confirm.html", order=order)


@blueprint.post("/orders/<id:number>/archive")
@staff_only
def archive_order(number: int) -> ResponseReturnValue:
    """Archive an order; one that is not fully paid or shipped only after a confirmation."""
    order = get_order(number)
    if not request.form.get("sure") and count_unfinished([order.id]):
        return redirect(url_for("orders.archive.confirm_archive", number=number), 303)
    step = archive_orders([order.id], actor=get_actor())
    return commit_with_undo(order, step, _("This order was already archived."))


@blueprint.post("/orders/<id:number>/archive/removal")
@staff_only
def unarchive_order(number: int) -> ResponseReturnValue:
    """Unarchive an order."""
    order = get_order(number)
    step = unarchive_orders([order.id], actor=get_actor())
    return commit_with_undo(order, step, _("This order isn't archived, so there was nothing to change."))
