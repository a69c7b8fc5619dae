"""Looking at one order: all that its page shows, in a number of statements that does not depend on its size."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders import standing
from shop.orders.order import Order, OrderLine
from shop.orders.payment import Payment, Refund
from shop.orders.shipment import Shipment
from shop.orders.standing import Facts


@dataclass(frozen=True)
class Part:
    """Some units of a line."""

    line: OrderLine
    units: int


@dataclass(frozen=True)
class Parcel:
    """A shipment and what was in it; `url` leads to its tracking page, or is empty."""

    shipment: Shipment
    parts: list[Part]
    url: str


@dataclass(frozen=True)
class Sight:
    """What an order's page shows beside the order itself: each unit of each line stands in one of the parts."""

    facts: Facts
    unsent: list[Part]
    removed: list[Part]
    returned: list[Part]
    parcels: list[Parcel]
    payments: list[Payment]
    refunds: list[Refund]
    customer: Customer | None

    @property
    def units_unsent(self) -> int:
        """Give how many units were never sent."""
        return sum(part.units for part in self.unsent)


def at(order: Order) -> Sight:
    """Look at an order."""
    facts = standing.facts(order)
    lines = {line.id: line for line in order.lines}
    shipments = select(Shipment).where(Shipment.order_id == order.id).options(selectinload(Shipment.lines))
    return Sight(
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
    """Say whether an address may be a link: of http or https alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _parcel(shipment: Shipment, lines: dict[int, OrderLine]) -> Parcel:
    parts = _parts((lines[one.line_id], one.units) for one in shipment.lines)
    return Parcel(shipment, parts, shipment.tracking_url if is_link(shipment.tracking_url) else "")


def _parts(found: Iterable[tuple[OrderLine, int]]) -> list[Part]:
    return [Part(line, units) for line, units in found if units]
