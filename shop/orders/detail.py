"""What the page of one order shows, in a number of statements that does not depend on its size."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders import balance
from shop.orders.balance import OrderBalance
from shop.orders.models.order import Order, OrderLine
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund
from shop.orders.models.shipment import Shipment


@dataclass(frozen=True)
class LinePart:
    """Some units of a line."""

    line: OrderLine
    units: int


@dataclass(frozen=True)
class ShipmentDetail:
    """A shipment and what was in it; `url` leads to its tracking page, or is empty."""

    shipment: Shipment
    parts: list[LinePart]
    url: str


@dataclass(frozen=True)
class OrderDetail:
    """What an order's page shows beside the order itself: each unit of each line is in exactly one of the parts."""

    facts: OrderBalance
    unsent: list[LinePart]
    removed: list[LinePart]
    returned: list[LinePart]
    parcels: list[ShipmentDetail]
    payments: list[Payment]
    refunds: list[Refund]
    customer: Customer | None

    @property
    def units_unsent(self) -> int:
        """Return how many units were never sent."""
        return sum(part.units for part in self.unsent)


def load(order: Order) -> OrderDetail:
    """Return what the page of an order shows."""
    facts = balance.load_balance(order)
    lines = {line.id: line for line in order.lines}
    shipments = select(Shipment).where(Shipment.order_id == order.id).options(selectinload(Shipment.lines))
    return OrderDetail(
        facts=facts,
        unsent=_parts((lines[id_], one.ordered - one.removed - one.shipped) for id_, one in facts.lines.items()),
        removed=_parts((lines[id_], one.removed) for id_, one in facts.lines.items()),
        returned=_parts((lines[id_], one.returned) for id_, one in facts.lines.items()),
        parcels=[_parcel(one, lines) for one in db.session.scalars(shipments.order_by(Shipment.id))],
        payments=list(db.session.scalars(select(Payment).where(Payment.order_id == order.id).order_by(Payment.id))),
        refunds=list(db.session.scalars(select(Refund).where(Refund.order_id == order.id).order_by(Refund.id))),
        customer=db.session.get(Customer, order.customer_id) if order.customer_id else None,
    )


def is_link(url: str) -> bool:
    """Say whether a URL may be a link: http and https only."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _parcel(shipment: Shipment, lines: dict[int, OrderLine]) -> ShipmentDetail:
    parts = _parts((lines[one.line_id], one.units) for one in shipment.lines)
    return ShipmentDetail(shipment, parts, shipment.tracking_url if is_link(shipment.tracking_url) else "")


def _parts(found: Iterable[tuple[OrderLine, int]]) -> list[LinePart]:
    return [LinePart(line, units) for line, units in found if units]
