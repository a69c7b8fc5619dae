"""What the states of an order and the methods of its payments are called on pages of the staff."""

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shop.orders.models.order import FulfilmentState, OrderStatus, PaymentState

STATE_LABELS: dict[str, LazyString] = {
    OrderStatus.OPEN: _l("Open"),
    OrderStatus.CANCELLED: _l("Canceled"),
    OrderStatus.ARCHIVED: _l("Archived"),
    PaymentState.PENDING: _l("Unpaid"),
    PaymentState.PARTLY_PAID: _l("Partially paid"),
    PaymentState.PAID: _l("Paid"),
    PaymentState.PARTLY_REFUNDED: _l("Partially refunded"),
    PaymentState.REFUNDED: _l("Refunded"),
    PaymentState.VOIDED: _l("Voided"),
    FulfilmentState.UNFULFILLED: _l("Unfulfilled"),
    FulfilmentState.PARTIAL: _l("Partially fulfilled"),
    FulfilmentState.FULFILLED: _l("Fulfilled"),
    FulfilmentState.RESTOCKED: _l("Restocked"),
}
METHOD_LABELS = {
    "cash": _l("Cash"),
    "card": _l("Card"),
    "bank transfer": _l("Bank transfer"),
    "other": _l("Other"),
}


def init_app(app: Flask) -> None:
    """Add the labels as template filters."""
    app.add_template_filter(order_state)
    app.add_template_filter(payment_method)


def order_state(state: str) -> str:
    """Return what a state is called."""
    return str(STATE_LABELS.get(state) or state.capitalize())


def payment_method(method: str) -> str:
    """Return what a method of payment is called."""
    return str(METHOD_LABELS.get(method) or method.capitalize())
