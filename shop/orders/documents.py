"""What packing slips, invoices and the pick list say, for one order or many."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shop import clock, ids
from shop.audit.entries import record
from shop.orders import timeline
from shop.orders.balance import LineBalance, OrderBalance
from shop.orders.models.order import Order, OrderLine
from shop.web.actor import Actor

MOST_ORDERS = 200  # orders at once


class DocumentKind(StrEnum):
    """What can be printed."""

    PACKING_SLIPS = "packing-slips"
    INVOICES = "invoices"
    PICK_LIST = "pick-list"


DOCUMENT_NAMES = {  # not marked: stored in the details of events
    DocumentKind.PACKING_SLIPS: "packing slip",
    DocumentKind.INVOICES: "invoice",
    DocumentKind.PICK_LIST: "pick list",
}


@dataclass(frozen=True)
class PickListItem:
    """One thing to pick from the shelf, over all orders, and how many units of it are to be shipped."""

    sku: str
    title: str
    units: int


def parse_numbers(text: str) -> list[int]:
    """Return numbers of orders that are separated by commas, each once, smallest first; other text is left out."""
    return sorted(ids.parse_ids(text.split(",")))


def packing_slip_lines(order: Order, facts: OrderBalance) -> list[tuple[OrderLine, LineBalance]]:
    """Return the lines of an order's packing slip: all that is left of it, with the balance of each."""
    return [(line, one) for line in order.lines if (one := facts.lines[line.id]).ordered > one.removed]


def make_pick_list(orders: Sequence[Order], facts: dict[int, OrderBalance]) -> list[PickListItem]:
    """Return what is to be picked for orders, by title."""
    found: dict[tuple[str, str, str], int] = {}
    for order in orders:
        for line in order.lines if facts[order.id].to_ship else []:
            key = (line.title, line.variant_title, line.sku)
            found[key] = found.get(key, 0) + facts[order.id].lines[line.id].to_ship
    ordered = sorted(found.items(), key=lambda one: tuple(part.casefold() for part in one[0]))
    return [
        PickListItem(sku, " – ".join(filter(None, (title, kind))), units)
        for (title, kind, sku), units in ordered
        if units
    ]


def note_printed(kind: DocumentKind, orders: Sequence[Order], *, actor: Actor) -> None:
    """Record a printout on the timeline of each order, and once in the audit log."""
    at = clock.now()
    for order in orders:
        timeline.add_event(order.id, "printed", by=actor.name, at=at, what=DOCUMENT_NAMES[kind])
    record("orders_printed", actor=actor, what=kind, number=len(orders))
