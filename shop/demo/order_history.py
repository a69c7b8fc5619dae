"""The history of a demo order: paid, shipped, returned, cancelled; with timeline and stock."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shop import money
from shop.demo.random_sales import Sale
from shop.demo.stock import StockChange
from shop.extensions import db
from shop.orders import totals
from shop.orders.models.order import Order, OrderLine
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund, RefundLine
from shop.orders.models.shipment import Shipment, ShipmentLine
from shop.tokens import new_id

COMMENTS = ("Called: a neighbor will take the package.", "Wants it wrapped.", "Asked for later delivery; we agreed.")


@dataclass(frozen=True)
class MovedUnits:
    """Units of a line that left or came back, and the row about it; its id becomes the movement's idempotency key."""

    order: Order
    line: OrderLine
    at: datetime
    delta: int
    row: ShipmentLine | RefundLine


@dataclass
class PendingRows:
    """Rows that are written once orders, shipments and refunds have their ids: timeline events and stock changes."""

    events: list[dict[str, Any]] = field(default_factory=list)
    moved: list[MovedUnits] = field(default_factory=list)

    def note(self, order: Order, kind: str, at: datetime, *, comment: str = "", **details: Any) -> None:
        """Add an event to an order's timeline; a shipment or refund in the details is replaced by its id."""
        row = {"order_id": order.id, "at": at, "by": order.placed_by, "kind": kind, "comment": comment}
        self.events.append({**row, "details": details})

    def timeline(self) -> list[dict[str, Any]]:
        """Return the events of all orders, oldest first."""
        for event in self.events:
            event["details"] = {name: getattr(one, "id", one) for name, one in event["details"].items()}
        return sorted(self.events, key=lambda event: event["at"])

    def changes(self) -> dict[int, list[StockChange]]:
        """Return the stock changes of each variant, by its id."""
        found = defaultdict[int, list[StockChange]](list)
        for one in self.moved:
            key = f"{'shipped' if one.delta < 0 else 'refunded'}:{one.row.id}"
            change = StockChange(one.at, one.delta, one.order.id, key, one.order.placed_by)
            found[one.line.variant_id or 0].append(change)
        return found


def write_history(order: Order, sale: Sale, book: PendingRows, begun: datetime, until: datetime) -> None:
    """Write an order's events between two moments. The order has an id; the new rows get theirs at the flush."""
    acts = (
        (sale.at, _create),
        (sale.paid_at, _pay),
        (sale.shipped_at, _ship),
        (sale.returned_at, _return),
        (sale.cancelled_at, _cancel),
    )
    for at, act in acts:
        if at and begun <= at < until:
            act(order, sale, at, book)


def _create(order: Order, _sale: Sale, at: datetime, book: PendingRows) -> None:
    book.note(order, "placed", at, total=order.total, units=order.units)
    if order.number % 23 == 0:
        book.note(order, "comment", at, comment=COMMENTS[order.number % len(COMMENTS)])


def _pay(order: Order, sale: Sale, at: datetime, book: PendingRows) -> None:
    method = ("cash" if order.number % 3 else "card") if sale.is_stall else ("bank transfer", "card")[order.number % 2]
    reference = f"DEMO-{order.number}" if method == "bank transfer" else ""
    row = {"order_id": order.id, "by": order.placed_by, "amount": order.total, "method": method, "key": new_id()}
    db.session.add(Payment(at=at, reference=reference, **row))
    book.note(order, "paid", at, amount=order.total, method=method, reference=reference)


def _ship(order: Order, sale: Sale, at: datetime, book: PendingRows) -> None:
    sent = order.lines[:1] if sale.is_split else order.lines
    carrier, tracking = ("", "") if sale.is_stall else ("Demo Post", f"DEMO{order.number:010}")
    shipment = Shipment(
        order_id=order.id,
        at=at,
        by=order.placed_by,
        carrier=carrier,
        tracking=tracking,
        tracking_url="",
        key=new_id(),
        lines=[ShipmentLine(line_id=line.id, units=line.quantity) for line in sent],
    )
    db.session.add(shipment)
    for line, row in zip(sent, shipment.lines, strict=True):
        book.moved.append(MovedUnits(order, line, at, -row.units, row))
    units = sum(row.units for row in shipment.lines)
    book.note(order, "shipped", at, shipment=shipment, units=units, carrier=carrier, tracking=tracking)


def _return(order: Order, sale: Sale, at: datetime, book: PendingRows) -> None:
    line, reason = order.lines[0], "Returned within the return period" if sale.is_restocked else "Arrived broken"
    value = money.prorate(totals.line_worth(line, prices_include_tax=order.prices_include_tax), 1, line.quantity)
    row = RefundLine(line_id=line.id, removed=0, returned=1, value=value, is_restocked=sale.is_restocked)
    refund = _refund(order, at, [row], value, shipping=0, reason=reason)
    if sale.is_restocked:
        book.moved.append(MovedUnits(order, line, at, 1, row))
    restocked = int(sale.is_restocked)
    book.note(order, "refunded", at, refund=refund, amount=value, units=1, restocked=restocked, reason=reason)


def _cancel(order: Order, sale: Sale, at: datetime, book: PendingRows) -> None:
    order.cancelled_at = at
    order.cancel_reason = "The customer changed their mind" if sale.paid_at else "Not paid"
    rows = [
        RefundLine(
            line_id=line.id,
            removed=line.quantity,
            returned=0,
            value=totals.line_worth(line, prices_include_tax=order.prices_include_tax),
            is_restocked=True,
        )
        for line in order.lines
    ]
    paid = order.total if sale.paid_at else 0
    shipping = order.total - sum(row.value for row in rows)
    _refund(order, at, rows, paid, shipping=shipping, reason=order.cancel_reason)
    book.note(order, "cancelled", at, reason=order.cancel_reason, restock=True, amount=paid)


def _refund(order: Order, at: datetime, rows: list[RefundLine], given: int, *, shipping: int, reason: str) -> Refund:
    refund = Refund(
        order_id=order.id,
        at=at,
        by=order.placed_by,
        amount=given,
        shipping=shipping,
        credit=sum(row.value for row in rows) + shipping,
        reason=reason,
        key=f"cancelled:{order.id}" if order.cancelled_at else new_id(),
        lines=rows,
    )
    db.session.add(refund)
    return refund
