"""Record shipments of whole orders or parts of them, never more than is unshipped."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.orders import balance, idempotency_keys, queries, status, stock, timeline
from shop.orders.models.order import Order
from shop.orders.models.shipment import Shipment, ShipmentLine
from shop.stock.ledger import Cause
from shop.web.actor import Actor


class NothingToShip(Exception):
    """No unit was selected, or nothing is left to ship; pages show the message."""


class TooManyUnits(Exception):
    """More units of a line than are left to ship; pages show the message."""


# Long: half are arguments and fields; the rest is one transaction, in the order in which it must happen.
def record_shipment(
    order: Order,
    units: dict[int, int],
    *,
    carrier: str,
    tracking: str,
    tracking_url: str,
    key: str,
    actor: Actor,
    at: datetime | None = None,
) -> Shipment | None:
    """Ship units of a locked order's lines, by line id. Returns None where the same form was sent before.

    Raises NothingToShip, TooManyUnits, and the ledger's StockOutOfRange.
    """
    pressed = idempotency_keys.scope_key(order.id, key)
    if db.session.scalar(select(Shipment.id).where(Shipment.key == pressed)):
        return None
    chosen = {line_id: number for line_id, number in units.items() if number}
    _check(order, chosen)
    shipment = Shipment(
        order_id=order.id,
        at=at or clock.now(),
        by=actor.name,
        carrier=carrier,
        tracking=tracking,
        tracking_url=tracking_url,
        key=pressed,
        lines=[ShipmentLine(line_id=line_id, units=number) for line_id, number in sorted(chosen.items())],
    )
    db.session.add(shipment)
    db.session.flush()
    lines = {line.id: line for line in order.lines}
    stock.ship(
        stock.LineUnits(lines[row.line_id], row.units, Cause(by=actor.name, key=f"shipped:{row.id}", order_id=order.id))
        for row in shipment.lines
    )
    status.recalculate(order)
    number = sum(chosen.values())
    timeline.add_event(
        order.id,
        "shipped",
        by=actor.name,
        at=at,
        shipment=shipment.id,
        units=number,
        carrier=carrier,
        tracking=tracking,
    )
    record("order_shipped", actor=actor, order=order.number, units=number)
    return shipment


def change_tracking(
    shipment_id: int, *, carrier: str, tracking: str, tracking_url: str, actor: Actor
) -> Shipment | None:
    """Change the carrier or tracking of a shipment. Returns None where there is no such shipment."""
    order_id = db.session.scalar(select(Shipment.order_id).where(Shipment.id == shipment_id))
    order = queries.find_locked(order_id) if order_id else None
    if order is None:
        return None
    shipment = db.session.get_one(Shipment, shipment_id, populate_existing=True)
    values = {"carrier": carrier, "tracking": tracking, "tracking_url": tracking_url}
    changed = [name for name, new in values.items() if getattr(shipment, name) != new]
    if changed:
        for name in changed:
            setattr(shipment, name, values[name])
        order.version += 1
        timeline.add_event(order.id, "edited", by=actor.name, fields=changed, shipment=shipment.id)
        record("order_changed", actor=actor, order=order.number, fields=changed)
    return shipment


def _check(order: Order, chosen: dict[int, int]) -> None:
    known = balance.load_balance(order)
    if not chosen or not known.to_ship:
        raise NothingToShip(
            _("Select at least one item to ship.") if known.to_ship else _("There's nothing left to ship.")
        )
    if not set(chosen) <= set(known.lines) or min(chosen.values()) < 0:
        raise TooManyUnits(_("This item isn't in the order."))
    for line in order.lines:
        left = known.lines[line.id].to_ship
        if chosen.get(line.id, 0) > left:
            name = stock.line_name(line)
            raise TooManyUnits(_("%(item)s: %(number)s left to ship.", item=name, number=f"{left:,}"))


def find_recorded(order_id: int, key: str) -> Shipment | None:
    """Return the shipment that this idempotency key recorded for an order."""
    return db.session.scalar(select(Shipment).where(Shipment.key == idempotency_keys.scope_key(order_id, key)))
