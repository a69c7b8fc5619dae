"""Refund money and restock goods, by line, never more than was paid, and no unit twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.orders import balance, idempotency_keys, status, stock, timeline
from shop.orders.balance import OrderBalance
from shop.orders.models.order import Order
from shop.orders.models.refund import Refund, RefundLine
from shop.stock.ledger import Cause
from shop.web.request_info import RequestInfo


class RefundTooLarge(Exception):
    """More money, shipping or units than can be given back; the message says so to people."""


class NothingToRefund(Exception):
    """No unit, no shipping and no amount."""


@dataclass(frozen=True)
class RefundQuote:
    """What units and shipping cost, and how much of it there is to give back, in minor units."""

    value: int
    amount: int


@dataclass(frozen=True)
class RefundPlan:
    """What is to be given back: units of lines by line id, each with whether they can be sold again; and money."""

    lines: dict[int, tuple[int, bool]]
    shipping: int
    amount: int
    reason: str


def quote_refund(order: Order, units: dict[int, int], shipping: int) -> RefundQuote:
    """Say what to give back for units, by line id, and for shipping. Raises RefundTooLarge."""
    known = balance.load_balance(order)
    chosen = {line_id: (number, True) for line_id, number in units.items() if number}
    _check(order, known, RefundPlan(chosen, shipping, 0, ""))
    value = _value_of(known, chosen) + shipping
    return RefundQuote(value, min(value, known.refundable))


def make_refund(
    order: Order,
    *,
    lines: dict[int, tuple[int, bool]],
    shipping: int,
    amount: int,
    reason: str,
    key: str,
    by: str,
    visit: RequestInfo,
    at: datetime | None = None,
) -> Refund | None:
    """Refund money and restock units of a locked order. `lines` has (units, restock) by line id.

    An amount of 0 with units is a return. Units that were not shipped are removed from the order first, then those that
    were shipped come back. Returns None where the same form was sent before. Raises RefundTooLarge and NothingToRefund.
    """
    if has_refund(order.id, key):
        return None
    chosen = {line_id: (number, restock) for line_id, (number, restock) in lines.items() if number}
    if not chosen and not shipping and not amount:
        raise NothingToRefund("Choose what to refund.")
    what = RefundPlan(chosen, shipping, amount, reason)
    return carry_out(order, what, key=idempotency_keys.scope_key(order.id, key), by=by, visit=visit, at=at)


def has_refund(order_id: int, key: str) -> bool:
    """Say whether this very press was carried out before on this order."""
    return (
        db.session.scalar(select(Refund.id).where(Refund.key == idempotency_keys.scope_key(order_id, key))) is not None
    )


# Long: it is one transaction, in the order in which it must happen, and most lines name what is recorded.
def carry_out(
    order: Order, what: RefundPlan, *, key: str, by: str, visit: RequestInfo, at: datetime | None = None
) -> Refund:
    """Carry a refund out on a locked order, and settle it. Raises RefundTooLarge before anything changes.

    `key` is kept as it is: what was posted goes through orders.press_on() first.
    """
    known = balance.load_balance(order)
    _check(order, known, what)
    value = _value_of(known, what.lines) + what.shipping
    row = Refund(
        order_id=order.id,
        at=at or clock.now(),
        by=by,
        amount=what.amount,
        shipping=what.shipping,
        credit=credit_of(known, value, what.amount),
        reason=what.reason,
        key=key,
        lines=[_line(known, line_id, *chosen) for line_id, chosen in sorted(what.lines.items())],
    )
    db.session.add(row)
    db.session.flush()
    _move_goods(order, row)
    status.recalculate(order)
    units = sum(line.removed + line.returned for line in row.lines)
    restocked = sum(line.removed + line.returned for line in row.lines if line.is_restocked)
    timeline.add_event(
        order.id,
        "refunded",
        by=by,
        at=at,
        refund=row.id,
        amount=row.amount,
        units=units,
        restocked=restocked,
        reason=row.reason,
    )
    record(
        "order_refunded",
        by=by,
        visit=visit,
        order=order.number,
        amount=row.amount,
        currency=order.currency,
        units=units,
    )
    return row


def credit_of(known: OrderBalance, value: int, amount: int) -> int:
    """Return what is owed no longer after a refund: the value, or the amount where that is more.

    Money that was paid beyond what is owed goes back without a credit, and nobody can owe less than nothing.
    """
    return min(known.due, max(value, amount - known.overpaid))


def _value_of(known: OrderBalance, lines: dict[int, tuple[int, bool]]) -> int:
    return sum(known.lines[line_id].value_of(units) for line_id, (units, _) in lines.items())


def _check(order: Order, known: OrderBalance, what: RefundPlan) -> None:
    if what.amount < 0 or what.shipping < 0 or any(units < 0 for units, _ in what.lines.values()):
        raise RefundTooLarge("Nothing below zero can be refunded.")
    if what.amount > known.refundable:
        raise RefundTooLarge("That is more than was paid and not yet refunded.")
    if what.shipping > known.shipping_left:
        raise RefundTooLarge("That is more shipping than is left to refund.")
    if not set(what.lines) <= set(known.lines):
        raise RefundTooLarge("This order has no such line.")
    for line in order.lines:
        left, (units, _) = known.lines[line.id].refundable, what.lines.get(line.id, (0, False))
        if units > left:
            raise RefundTooLarge(f"{stock.line_name(line)}: {left} left to refund.")


def _line(known: OrderBalance, line_id: int, units: int, restock: bool) -> RefundLine:
    line = known.lines[line_id]
    removed = min(units, line.to_ship)
    return RefundLine(
        line_id=line_id,
        removed=removed,
        returned=units - removed,
        value=line.value_of(units),
        is_restocked=restock and line.restockable,
    )


def _move_goods(order: Order, row: Refund) -> None:
    lines = {line.id: line for line in order.lines}
    causes = {one.id: Cause(by=row.by, key=f"refunded:{one.id}", order_id=order.id) for one in row.lines}
    removed = [stock.LineUnits(lines[one.line_id], one.removed, causes[one.id]) for one in row.lines]
    stock.lock_variants(one.variant_id for one in removed)
    stock.release(removed, restock={one.line_id: one.is_restocked for one in row.lines})
    stock.restock(
        stock.LineUnits(lines[one.line_id], one.returned, causes[one.id]) for one in row.lines if one.is_restocked
    )
