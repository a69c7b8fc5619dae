"""Refund money and restock goods, by line, never more than was paid, and no unit twice."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.orders import balance, idempotency_keys, status, stock, timeline
from shop.orders.balance import OrderBalance
from shop.orders.models.order import Order
from shop.orders.models.refund import Refund, RefundLine
from shop.stock.ledger import Cause
from shop.web.actor import Actor


class RefundTooLarge(Exception):
    """More money, shipping or units than can be refunded; pages show the message."""


class NothingToRefund(Exception):
    """No unit, no shipping and no amount."""


@dataclass(frozen=True)
class RefundQuote:
    """What units and shipping cost, and how much of it can be refunded, in minor units."""

    value: int
    amount: int


@dataclass(frozen=True)
class RefundPlan:
    """What to refund: units of lines by line id, each with whether they are restocked; and money, in minor units."""

    lines: dict[int, tuple[int, bool]]
    shipping: int
    amount: int
    reason: str


def quote_refund(order: Order, units: dict[int, int], shipping: int) -> RefundQuote:
    """Return what can be refunded for units, by line id, and for shipping. Raises RefundTooLarge."""
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
    actor: Actor,
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
        raise NothingToRefund(_("Select what to refund."))
    what = RefundPlan(chosen, shipping, amount, reason)
    return carry_out(order, what, key=idempotency_keys.scope_key(order.id, key), actor=actor, at=at)


def has_refund(order_id: int, key: str) -> bool:
    """Say whether this idempotency key has already made a refund of this order."""
    return (
        db.session.scalar(select(Refund.id).where(Refund.key == idempotency_keys.scope_key(order_id, key))) is not None
    )


# Long: it is one transaction, in the order in which it must happen, and most lines name what is recorded.
def carry_out(order: Order, what: RefundPlan, *, key: str, actor: Actor, at: datetime | None = None) -> Refund:
    """Carry out a refund of a locked order, and recalculate the order. Raises RefundTooLarge before anything changes.

    `key` is stored as it is: one that was posted goes through idempotency_keys.scope_key() first.
    """
    known = balance.load_balance(order)
    _check(order, known, what)
    value = _value_of(known, what.lines) + what.shipping
    row = Refund(
        order_id=order.id,
        at=at or clock.now(),
        by=actor.name,
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
        by=actor.name,
        at=at,
        refund=row.id,
        amount=row.amount,
        units=units,
        restocked=restocked,
        reason=row.reason,
    )
    record(
        "order_refunded",
        actor=actor,
        order=order.number,
        amount=row.amount,
        currency=order.currency,
        units=units,
    )
    return row


def credit_of(known: OrderBalance, value: int, amount: int) -> int:
    """Return by how much a refund lowers what is owed: its value, or its amount where that is more.

    An overpaid amount is refunded without a credit, and what is owed never falls below zero.
    """
    return min(known.due, max(value, amount - known.overpaid))


def _value_of(known: OrderBalance, lines: dict[int, tuple[int, bool]]) -> int:
    return sum(known.lines[line_id].value_of(units) for line_id, (units, _restock) in lines.items())


def _check(order: Order, known: OrderBalance, what: RefundPlan) -> None:
    if what.amount < 0 or what.shipping < 0 or any(units < 0 for units, _restock in what.lines.values()):
        raise RefundTooLarge(_("A refund can't be negative."))
    if what.amount > known.refundable:
        raise RefundTooLarge(_("That's more than the amount left to refund."))
    if what.shipping > known.shipping_left:
        raise RefundTooLarge(_("That's more than the shipping amount left to refund."))
    if not set(what.lines) <= set(known.lines):
        raise RefundTooLarge(_("This item isn't in the order."))
    for line in order.lines:
        left, (units, _restock) = known.lines[line.id].refundable, what.lines.get(line.id, (0, False))
        if units > left:
            name = stock.line_name(line)
            raise RefundTooLarge(_("%(item)s: %(number)s left to refund.", item=name, number=f"{left:,}"))


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
