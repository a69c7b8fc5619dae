"""Packing slips, invoices and the pick list, on paper; the timeline of each order records the printing."""

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from shop import clock
from shop.orders import balance, documents, queries
from shop.orders.documents import DocumentKind
from shop.orders.models.order import Order
from shop.orders.responses import refuse_printing, start_printing
from shop.people.guards import staff_only

blueprint = Blueprint("documents", __name__)


@blueprint.post("/orders/printing")
@staff_only
def print_documents() -> ResponseReturnValue:
    """Record on the timeline of some orders that they are printed, and redirect to what is to be printed."""
    return start_printing(
        get_document_kind(request.form), documents.parse_numbers(",".join(request.form.getlist("numbers")))
    )


@blueprint.get("/orders/printing")
@staff_only
def show_documents() -> ResponseReturnValue:
    """Show what is to be printed of some orders, one per page."""
    kind, numbers = get_document_kind(request.args), documents.parse_numbers(request.args.get("numbers", ""))
    orders = queries.list_by_numbers(numbers) if len(numbers) <= documents.MOST_ORDERS else []
    return documents_page(kind, orders) if orders else refuse_printing(numbers)


def documents_page(kind: DocumentKind, orders: list[Order]) -> str:
    """Show orders as they will be printed."""
    facts = balance.load_balances(orders)
    return render_template(
        f"orders/documents/{kind.replace('-', '_')}.html",
        title=document_title(kind, len(orders)),
        kind=kind,
        orders=orders,
        facts=facts,
        slips={order.id: documents.packing_slip_lines(order, facts[order.id]) for order in orders},
        picks=documents.make_pick_list(orders, facts),
        today=clock.now(),
    )


def document_title(kind: DocumentKind, number: int) -> str:
    """Return the title of documents for so many orders."""
    match kind:
        case DocumentKind.PACKING_SLIPS:
            return ngettext("Packing slip", "Packing slips", number)
        case DocumentKind.INVOICES:
            return ngettext("Invoice", "Invoices", number)
        case DocumentKind.PICK_LIST:
            return _("Pick list")


def get_document_kind(given: Mapping[str, str]) -> DocumentKind:
    """Return what is to be printed, or answer 404."""
    named = given.get("kind")
    return DocumentKind(named) if named in list(DocumentKind) else abort(404)
