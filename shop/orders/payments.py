"""Record a payment for an order, never more than is outstanding."""

from datetime import datetime

from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.orders import balance, idempotency_keys, status, timeline
from shop.orders.models.order import Order
from shop.orders.models.payment import Payment
from shop.web.actor import Actor


class PaymentTooLarge(Exception):
    """More than the balance due, which it carries, in minor units of the order's currency."""

    def __init__(self, outstanding: int) -> None:
        super().__init__(outstanding)
        self.outstanding = outstanding


# Long: half are arguments and fields; the rest is one transaction, in the order in which it must happen.
def record_payment(
    order: Order,
    amount: int,
    method: str,
    reference: str,
    *,
    key: str,
    actor: Actor,
    at: datetime | None = None,
) -> bool:
    """Record money that came in for a locked order. Returns False where the same form was sent before.

    Raises PaymentTooLarge, and ValueError for an amount of nothing.
    """
    pressed = idempotency_keys.scope_key(order.id, key)
    if db.session.scalar(select(Payment.id).where(Payment.key == pressed)):
        return False
    outstanding = balance.load_balance(order).outstanding
    if amount < 1:
        raise ValueError(amount)
    if amount > outstanding:
        raise PaymentTooLarge(outstanding)
    db.session.add(
        Payment(
            order_id=order.id,
            at=at or clock.now(),
            by=actor.name,
            amount=amount,
            method=method,
            reference=reference,
            key=pressed,
        )
    )
    status.recalculate(order)
    timeline.add_event(order.id, "paid", by=actor.name, at=at, amount=amount, method=method, reference=reference)
    record("order_paid", actor=actor, order=order.number, amount=amount, currency=order.currency, method=method)
    return True
