"""The form of a refund, its preview, and its POST."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from shop.idempotency import ALREADY_DONE
from shop.orders import balance, refunds
from shop.orders.forms.fields import set_value, typed_units
from shop.orders.forms.refunds import RefundForm, refund_form, restocked_lines
from shop.orders.models.order import Order
from shop.orders.responses import commit_and_redirect, form_page, get_locked_order, get_order, refusal_page
from shop.people.guards import staff_only
from shop.stock.ledger import StockOutOfRange
from shop.web.actor import get_actor

blueprint = Blueprint("refunds", __name__)

AMOUNT_CHANGED = _l("The amount has changed. Please check it and try again.")
REFUNDED = _l("Refund recorded.")


@blueprint.get("/orders/<id:number>/refunds/new")
@staff_only
def new_refund(number: int) -> ResponseReturnValue:
    """Show the form for a refund; the amount is the next step."""
    order = get_order(number)
    return form_page("refunds/new", order, refund_form(order, balance.load_balance(order)))


@blueprint.post("/orders/<id:number>/refunds/new")
@staff_only
def preview_refund(number: int) -> ResponseReturnValue:
    """Show the amount for the selected items; changes nothing."""
    order = get_order(number)
    form = refund_form(order, balance.load_balance(order))
    return preview_page(order, form) if form.validate() else (form_page("refunds/new", order, form), 422)


@blueprint.post("/orders/<id:number>/refunds")
@staff_only
def create_refund(number: int) -> ResponseReturnValue:
    """Refund items and the amount on the button; where that has changed, it is shown first."""
    order = get_locked_order(number)
    form = refund_form(order, balance.load_balance(order))
    if refunds.has_refund(order.id, form.key.data or ""):
        return commit_and_redirect(number, ALREADY_DONE)
    if not form.validate():
        return form_page("refunds/new", order, form), 422
    if form.worked_out.data != form.basis():
        return preview_page(order, form, told=str(AMOUNT_CHANGED))
    restock = restocked_lines(form)
    try:
        refunds.make_refund(
            order,
            lines={line: (units, line in restock) for line, units in typed_units(form).items()},
            shipping=form.shipping.data or 0,
            amount=form.amount.data or 0,
            reason=form.reason.data or "",
            key=form.key.data or "",
            actor=get_actor(),
        )
    except (refunds.RefundTooLarge, refunds.NothingToRefund, StockOutOfRange) as refusal:
        return refusal_page("refunds/new", order, form, refusal)
    return commit_and_redirect(number, REFUNDED)


def preview_page(order: Order, form: RefundForm, told: str = "") -> ResponseReturnValue:
    """Show the amount of a refund, on a button that makes it; one that was entered for the same items is kept."""
    try:
        quote = refunds.quote_refund(order, typed_units(form), form.shipping.data or 0)
    except refunds.RefundTooLarge as refusal:
        return refusal_page("refunds/new", order, form, refusal)
    if form.amount.data is None or form.goods() != form.worked_out_goods():
        set_value(form.amount, quote.amount)
    set_value(form.worked_out, form.basis())
    if told:
        form.form_errors = [told]
    return form_page("refunds/new", order, form, quote=quote), 422 if told else 200
