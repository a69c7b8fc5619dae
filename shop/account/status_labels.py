"""What an order's states are called when its own customer reads them."""

from shop.orders.models.order import FulfilmentState, Order, OrderStatus, PaymentState

PAYMENT_LABELS = {
    PaymentState.PENDING: "To be paid",
    PaymentState.PARTLY_PAID: "Partly paid",
    PaymentState.PAID: "Paid",
    PaymentState.PARTLY_REFUNDED: "Partly refunded",
    PaymentState.REFUNDED: "Refunded",
    PaymentState.VOIDED: "Nothing to pay",
}
FULFILMENT_LABELS = {
    FulfilmentState.UNFULFILLED: "Not sent yet",
    FulfilmentState.PARTIAL: "Partly sent",
    FulfilmentState.FULFILLED: "Sent",
    FulfilmentState.RESTOCKED: "Not sent",
}
CANCELLED = "Cancelled"


def order_labels(order: Order) -> list[str]:
    """Give where an order stands, in words; the archive is the staff's own affair."""
    payment, fulfilment = (
        PAYMENT_LABELS[PaymentState(order.payment_state)],
        FULFILMENT_LABELS[FulfilmentState(order.fulfilment_state)],
    )
    return [CANCELLED, payment] if order.status == OrderStatus.CANCELLED else [payment, fulfilment]
