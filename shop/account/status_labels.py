"""Labels of an order's states, as its own customer reads them."""

from typing import Any

from flask_babel import lazy_gettext as _l

from shop.orders.models.order import FulfilmentState, Order, OrderStatus, PaymentState

PAYMENT_LABELS: dict[PaymentState, Any] = {
    PaymentState.PENDING: _l("Unpaid"),
    PaymentState.PARTLY_PAID: _l("Partially paid"),
    PaymentState.PAID: _l("Paid"),
    PaymentState.PARTLY_REFUNDED: _l("Partially refunded"),
    PaymentState.REFUNDED: _l("Refunded"),
    PaymentState.VOIDED: _l("Nothing due"),
}
FULFILMENT_LABELS: dict[FulfilmentState, Any] = {
    FulfilmentState.UNFULFILLED: _l("Not shipped yet"),
    FulfilmentState.PARTIAL: _l("Partially shipped"),
    FulfilmentState.FULFILLED: _l("Shipped"),
    FulfilmentState.RESTOCKED: _l("Not shipped"),
}
CANCELLED = _l("Canceled")


def order_labels(order: Order) -> list[Any]:
    """Return the labels of an order's states. The archive is left out: it concerns only the staff."""
    payment, fulfilment = (
        PAYMENT_LABELS[PaymentState(order.payment_state)],
        FULFILMENT_LABELS[FulfilmentState(order.fulfilment_state)],
    )
    return [CANCELLED, payment] if order.status == OrderStatus.CANCELLED else [payment, fulfilment]
