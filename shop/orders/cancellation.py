"""Cancel an order: its goods are released, and nothing is owed."""

from flask_babel import ngettext

from shop import clock
from shop.audit.entries import record
from shop.orders import balance, refunds, status, timeline
from shop.orders.models.order import Order
from shop.web.actor import Actor


class UnitsShipped(Exception):
    """Units were shipped and not returned, so the order can't be cancelled. Carries how many."""

    def __init__(self, units: int) -> None:
        super().__init__(
            ngettext(
                "%(number)s unit has been shipped but not returned. Refund returned items first.",
                "%(number)s units have been shipped but not returned. Refund returned items first.",
                units,
                number=f"{units:,}",
            )
        )
        self.units = units


def cancel_order(order: Order, *, reason: str, restock: bool, refund_amount: int, actor: Actor) -> bool:
    """Cancel a locked order: its units are released, nothing is owed, and the amount asked for is refunded.

    With `restock` its units are for sale again, else they are written off. The audit log keeps the reason up to the
    colon: what follows is free text, and an entry cannot be erased. Returns False where the order was cancelled before.
    Raises UnitsShipped, and RefundTooLarge of refunds.
    """
    if order.cancelled_at is not None:
        return False
    known = balance.load_balance(order)
    if known.away:
        raise UnitsShipped(known.away)
    rest = {line_id: (line.refundable, restock) for line_id, line in known.lines.items() if line.refundable}
    if rest or known.shipping_left or refund_amount:
        what = refunds.RefundPlan(rest, known.shipping_left, refund_amount, reason)
        refunds.carry_out(order, what, key=f"cancelled:{order.id}", actor=actor)
    order.cancelled_at, order.cancel_reason = clock.now(), reason
    order.version += 1
    status.recalculate(order)
    timeline.add_event(order.id, "cancelled", by=actor.name, reason=reason, restock=restock, amount=refund_amount)
    record("order_cancelled", actor=actor, order=order.number, reason=reason.partition(":")[0])
    return True
