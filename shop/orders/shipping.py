"""Shipping: parcels leave, whole orders or parts of them, never more than is still to be sent."""

from datetime import datetime

from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.orders import goods, standing, states, timeline
from shop.orders import order as orders
from shop.orders.order import Order
from shop.orders.shipment import Shipment, ShipmentLine
from shop.stock.ledger import Cause
from shop.web.request_info import RequestInfo


class NothingToShip(Exception):
    """No unit was chosen, or nothing is left to be sent."""


class TooMany(Exception):
    """More units of a line than are still to be sent; the message says so to people."""


def ship(
    order_id: int,
    units: dict[int, int],
    *,
    carrier: str,
    tracking: str,
    tracking_url: str,
    key: str,
    by: str,
    visit: RequestInfo,
    at: datetime | None = None,
) -> Shipment | None:
    """Send units of lines, by line id, in one parcel. Gives None where this very press was carried out before.

    Raises NothingToShip, SelectionTooLarge, the ledger's StockOutOfRange, and LookupError where there is no such order.
    """
    order = orders.locked(order_id)
    if order is None:
        raise LookupError(order_id)
    pressed = orders.press_on(order_id, key)
    if db.session.scalar(select(Shipment.id).where(Shipment.key == pressed)):
        return None
    chosen = {line_id: number for line_id, number in units.items() if number}
    _check(order, chosen)
    shipment = Shipment(
        order_id=order.id,
        at=at or clock.now(),
        by=by,
        carrier=carrier,
        tracking=tracking,
        tracking_url=tracking_url,
        key=pressed,
        lines=[ShipmentLine(line_id=line_id, units=number) for line_id, number in sorted(chosen.items())],
    )
    db.session.add(shipment)
    db.session.flush()
    lines = {line.id: line for line in order.lines}
    goods.send(
        goods.Units(lines[row.line_id], row.units, Cause(by=by, key=f"shipped:{row.id}", order_id=order.id))
        for row in shipment.lines
    )
    states.settle(order)
    number = sum(chosen.values())
    timeline.note(
        order.id, "shipped", by=by, at=at, shipment=shipment.id, units=number, carrier=carrier, tracking=tracking
    )
    record("order_shipped", by=by, visit=visit, order=order.number, units=number)
    return shipment


def change_tracking(
    shipment_id: int, *, carrier: str, tracking: str, tracking_url: str, by: str, visit: RequestInfo
) -> Shipment | None:
    """Write another carrier or tracking number on a parcel that left; None where there is no such parcel."""
    order_id = db.session.scalar(select(Shipment.order_id).where(Shipment.id == shipment_id))
    order = orders.locked(order_id) if order_id else None
    if order is None:
        return None
    shipment = db.session.get_one(Shipment, shipment_id, populate_existing=True)
    values = {"carrier": carrier, "tracking": tracking, "tracking_url": tracking_url}
    changed = [name for name, new in values.items() if getattr(shipment, name) != new]
    if changed:
        for name in changed:
            setattr(shipment, name, values[name])
        order.version += 1
        timeline.note(order.id, "edited", by=by, fields=changed, shipment=shipment.id)
        record("order_changed", by=by, visit=visit, order=order.number, fields=changed)
    return shipment


def _check(order: Order, chosen: dict[int, int]) -> None:
    known = standing.facts(order)
    if not chosen or not known.to_ship:
        raise NothingToShip("Nothing was chosen to be shipped." if known.to_ship else "Nothing is left to ship.")
    if not set(chosen) <= set(known.lines) or min(chosen.values()) < 0:
        raise TooMany("This order has no such line.")
    for line in order.lines:
        left = known.lines[line.id].to_ship
        if chosen.get(line.id, 0) > left:
            raise TooMany(f"{goods.name_of(line)}: {left} left to ship.")
