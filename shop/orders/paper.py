"""Paper: what packing slips, invoices and the pick list say, for one order or many."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop import clock, ids
from shop.audit.entries import record
from shop.extensions import db
from shop.orders import timeline
from shop.orders.order import Order, OrderLine
from shop.orders.standing import Facts, LineFacts
from shop.web.request_info import RequestInfo

MOST = 200  # orders at once


class Kind(StrEnum):
    """What can be printed."""

    PACKING_SLIPS = "packing-slips"
    INVOICES = "invoices"
    PICK_LIST = "pick-list"


NAMES = {Kind.PACKING_SLIPS: "packing slip", Kind.INVOICES: "invoice", Kind.PICK_LIST: "pick list"}


@dataclass(frozen=True)
class Pick:
    """One thing to fetch from the shelf, over all orders: how many units of it are still to be sent."""

    sku: str
    title: str
    units: int


def read_numbers(text: str) -> list[int]:
    """Read numbers of orders with commas between them, each once, smallest first; what is none is left out."""
    return sorted(ids.parse_ids(text.split(",")))


def orders_of(numbers: Sequence[int]) -> list[Order]:
    """Give the orders of these numbers with their lines, by number; those that are not there are left out."""
    query = select(Order).where(Order.number.in_(numbers)).order_by(Order.number)
    return list(db.session.scalars(query.options(selectinload(Order.lines))))


def numbers_of(order_ids: Sequence[int]) -> list[int]:
    """Give the numbers of orders, smallest first."""
    return list(db.session.scalars(select(Order.number).where(Order.id.in_(order_ids)).order_by(Order.number)))


def slip_of(order: Order, facts: Facts) -> list[tuple[OrderLine, LineFacts]]:
    """Give the lines of an order's packing slip: all that is left of it, and how much of each is to be packed."""
    return [(line, one) for line in order.lines if (one := facts.lines[line.id]).ordered > one.removed]


def picks(orders: Sequence[Order], facts: dict[int, Facts]) -> list[Pick]:
    """Give what is to be fetched for orders, by title."""
    found: dict[tuple[str, str, str], int] = {}
    for order in orders:
        for line in order.lines if facts[order.id].to_ship else []:
            key = (line.title, line.variant_title, line.sku)
            found[key] = found.get(key, 0) + facts[order.id].lines[line.id].to_ship
    ordered = sorted(found.items(), key=lambda one: tuple(part.casefold() for part in one[0]))
    return [Pick(sku, " – ".join(filter(None, (title, kind))), units) for (title, kind, sku), units in ordered if units]


def note_printed(kind: Kind, orders: Sequence[Order], *, by: str, visit: RequestInfo) -> None:
    """Write on the timeline of each order what is printed of it, and once in the audit log."""
    at = clock.now()
    for order in orders:
        timeline.note(order.id, "printed", by=by, at=at, what=NAMES[kind])
    record("orders_printed", by=by, visit=visit, what=kind, number=len(orders))
