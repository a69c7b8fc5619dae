"""Put one order into the archive, and take it out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.orders.archive import archive_orders, count_unfinished, unarchive_orders
from shop.orders.responses import commit_with_undo, get_order
from shop.people.guards import staff_only
from shop.web.request_info import get_request_info

blueprint = Blueprint("archive", __name__)


@blueprint.get("/orders/<id:number>/archive")
@staff_only
def confirm_archive(number: int) -> ResponseReturnValue:
    """Ask whether an order is to be put away, and say what is still to be done with it."""
    order = get_order(number)
    return render_template("orders/archive/confirm.html", order=order, is_unfinished=count_unfinished([order.id]))


@blueprint.post("/orders/<id:number>/archive")
@staff_only
def archive_order(number: int) -> ResponseReturnValue:
    """Put an order away; one that is not paid or not sent only when somebody was asked."""
    order = get_order(number)
    if not request.form.get("sure") and count_unfinished([order.id]):
        return redirect(url_for("orders.archive.confirm_archive", number=number), 303)
    return commit_with_undo(
        order, archive_orders([order.id], by=current_user.address, visit=get_request_info()), "It was archived before."
    )


@blueprint.post("/orders/<id:number>/archive/removal")
@staff_only
def unarchive_order(number: int) -> ResponseReturnValue:
    """Take an order out of the archive."""
    order = get_order(number)
    step = unarchive_orders([order.id], by=current_user.address, visit=get_request_info())
    return commit_with_undo(order, step, "It was not in the archive.")
