"""What an order's states are called when its own customer reads them."""

from shop.orders.order import FulfilmentState, Order, PaymentState, Status

PAYMENT = {
    PaymentState.PENDING: "To be paid",
    PaymentState.PARTLY_PAID: "Partly paid",
    PaymentState.PAID: "Paid",
    PaymentState.PARTLY_REFUNDED: "Partly refunded",
    PaymentState.REFUNDED: "Refunded",
    PaymentState.VOIDED: "Nothing to pay",
}
FULFILMENT = {
    FulfilmentState.UNFULFILLED: "Not sent yet",
    FulfilmentState.PARTIAL: "Partly sent",
    FulfilmentState.FULFILLED: "Sent",
    FulfilmentState.RESTOCKED: "Not sent",
}
CANCELLED = "Cancelled"


def of(order: Order) -> list[str]:
    """Give where an order stands, in words; the archive is the staff's own affair."""
    payment, fulfilment = (
        PAYMENT[PaymentState(order.payment_state)],
        FULFILMENT[FulfilmentState(order.fulfilment_state)],
    )
    return [CANCELLED, payment] if order.status == Status.CANCELLED else [payment, fulfilment]
