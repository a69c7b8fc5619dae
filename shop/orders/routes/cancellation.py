"""The form that cancels an order, and its POST."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from shop.idempotency import is_sent_by_enter
from shop.orders import balance, cancellation, refunds
from shop.orders.forms.cancellation import cancellation_form
from shop.orders.responses import (
    commit_and_redirect,
    form_page,
    get_locked_order,
    get_order,
    refusal_page,
    validated_page,
)
from shop.people.guards import staff_only
from shop.stock.ledger import StockOutOfRange
from shop.web.actor import get_actor

blueprint = Blueprint("cancellation", __name__)

CANCELLED = _l("Order canceled.")


@blueprint.get("/orders/<id:number>/cancellation")
@staff_only
def confirm_cancellation(number: int) -> ResponseReturnValue:
    """Show what cancelling would do to items and money, and the form for it."""
    order = get_order(number)
    form = cancellation_form(order, amount=balance.load_balance(order).refundable, restock=True)
    return form_page("cancellation/confirm", order, form)


@blueprint.post("/orders/<id:number>/cancellation")
@staff_only
def cancel_order(number: int) -> ResponseReturnValue:
    """Cancel an order."""
    order = get_locked_order(number)
    form = cancellation_form(order)
    if order.cancelled_at:
        return commit_and_redirect(number, CANCELLED)
    if is_sent_by_enter():
        return validated_page("cancellation/confirm", order, form)
    if not form.validate():
        return form_page("cancellation/confirm", order, form), 422
    try:
        cancellation.cancel_order(
            order,
            reason=form.in_words(),
            restock=bool(form.restock.data),
            refund_amount=form.amount.data or 0,
            actor=get_actor(),
        )
    except (cancellation.UnitsShipped, refunds.RefundTooLarge, StockOutOfRange) as refusal:
        return refusal_page("cancellation/confirm", order, form, refusal)
    return commit_and_redirect(number, CANCELLED)
