"""Packing slips, invoices and the pick list, on paper; the timeline says of each that it was printed."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import clock
from shop.extensions import db
from shop.orders import paper, standing
from shop.orders.order import Order
from shop.orders.paper import Kind
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.web.request_info import get_request_info

printing = Blueprint("printing", __name__)

NOTHING = "There is no such order to print."
TOO_MANY = f"At most {paper.MOST} orders are printed at once. Tick fewer, or narrow the list."


@printing.post("/orders/printing")
@needs(Role.OWNER, Role.STAFF)
def print_orders() -> ResponseReturnValue:
    """Note on the timeline of some orders that they are printed, and lead to what is to be printed."""
    return begin(get_kind(request.form), paper.read_numbers(",".join(request.form.getlist("numbers"))))


@printing.get("/orders/printing")
@needs(Role.OWNER, Role.STAFF)
def show_paper() -> ResponseReturnValue:
    """Show what is to be printed of some orders, each on a page of its own."""
    kind, numbers = get_kind(request.args), paper.read_numbers(request.args.get("numbers", ""))
    orders = paper.orders_of(numbers) if len(numbers) <= paper.MOST else []
    return sheets(kind, orders) if orders else refuse(numbers)


def begin(kind: Kind, numbers: list[int]) -> ResponseReturnValue:
    """Note that orders are printed, and lead to the page that shows them."""
    orders = paper.orders_of(numbers) if len(numbers) <= paper.MOST else []
    if not orders:
        return refuse(numbers)
    paper.note_printed(kind, orders, by=current_user.address, visit=get_request_info())
    found = ",".join(str(order.number) for order in orders)
    db.session.commit()
    return redirect(url_for("printing.show_paper", kind=kind, numbers=found), 303)


def refuse(numbers: list[int]) -> ResponseReturnValue:
    """Go to the list and say why nothing is printed."""
    flash(TOO_MANY if len(numbers) > paper.MOST else NOTHING, "error")
    return redirect(url_for("orders.list_orders"), 303)


def sheets(kind: Kind, orders: list[Order]) -> str:
    """Show orders as they will be printed."""
    facts = standing.facts_of(orders)
    return render_template(
        f"orders/print_{kind.replace('-', '_')}.html",
        title=title_of(kind, len(orders)),
        kind=kind,
        orders=orders,
        facts=facts,
        slips={order.id: paper.slip_of(order, facts[order.id]) for order in orders},
        picks=paper.picks(orders, facts),
        today=clock.now(),
    )


def title_of(kind: Kind, number: int) -> str:
    """Give the words over what is printed."""
    name = paper.NAMES[kind].capitalize()
    return name if number == 1 or kind is Kind.PICK_LIST else f"{name}s"


def get_kind(given: Mapping[str, str]) -> Kind:
    """Give what is to be printed, or answer 404."""
    named = given.get("kind")
    return Kind(named) if named in list(Kind) else abort(404)
