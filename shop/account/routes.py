"""Your account: the orders of the signed-in person, and of no one else."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.account import own_orders, status_labels
from shop.lists import pages
from shop.orders import detail
from shop.people.guards import any_account

account = Blueprint("account", __name__)


@account.get("/account")
@any_account
def show_account() -> ResponseReturnValue:
    """Show a page of the signed-in person's orders."""
    page = own_orders.list_orders(current_user.address, pages.parse_page_ref(request.args))
    return render_template("account/orders/list.html", page=page, order_labels=status_labels.order_labels)


@account.get("/account/orders/<id:number>")
@any_account
def show_order(number: int) -> ResponseReturnValue:
    """Show one of the signed-in person's orders."""
    order = own_orders.find_order(current_user.address, number) or abort(404)
    sight = detail.load(order)
    return render_template(
        "account/orders/detail.html", order=order, sight=sight, order_labels=status_labels.order_labels
    )
