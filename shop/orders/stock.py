"""What orders do to stock: reserve, ship, release and restock. Each locks and checks first: all or nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.orders.models.order import FulfilmentState, Order, OrderLine
from shop.orders.models.refund import RefundLine
from shop.orders.models.shipment import ShipmentLine
from shop.stock import ledger, locks


class VariantLine(Protocol):
    """A line of an order or of a draft, of a variant or of a custom item."""

    variant_id: int | None
    title: str
    variant_title: str


class OutOfStock(Exception):
    """Too few units are available; `lines` has (title, requested, available) for each variant that is short."""

    def __init__(self, lines: list[tuple[str, int, int]]) -> None:
        self.lines = lines
        super().__init__(" ".join(self.sentences()))

    def sentences(self) -> list[str]:
        """Return what pages say, a sentence for each variant."""
        return [
            _(
                "%(item)s: %(wanted)s requested, %(available)s available.",
                item=title,
                wanted=f"{wanted:,}",
                available=f"{max(0, left):,}",
            )
            for title, wanted, left in self.lines
        ]


@dataclass(frozen=True)
class LineUnits:
    """Units of one line that are moved. `cause` names the movement, if one is recorded."""

    line: OrderLine
    number: int
    cause: ledger.Cause

    @property
    def variant_id(self) -> int:
        """Return the variant they are of, or 0: a custom item has no stock."""
        return self.line.variant_id or 0


def line_name(line: VariantLine) -> str:
    """Return the name of what a line sells: "Tee – Red / M"."""
    return f"{line.title} – {line.variant_title}" if line.variant_title else line.title


def reserve(changes: Iterable[tuple[VariantLine, int]]) -> None:
    """Reserve units of lines, or release them where negative. Raises OutOfStock before anything changes."""
    wanted: Counter[int] = Counter()
    names: dict[int, str] = {}
    for line, units in changes:
        if line.variant_id is not None:
            wanted[line.variant_id] += units
            names[line.variant_id] = line_name(line)
    shelves = lock_variants(wanted)
    short = [
        (names[one], units, shelves[one].available if one in shelves else 0)
        for one, units in wanted.items()
        if units > 0 and not _has(shelves.get(one), units)
    ]
    if short:
        raise OutOfStock(short)
    for one, units in sorted(wanted.items()):
        if units < 0:
            ledger.release_units(one, -units)
        elif units and not ledger.commit_units(one, units):
            raise OutOfStock([(names[one], units, shelves[one].available)])


def ship(parcel: Iterable[LineUnits]) -> None:
    """Remove shipped units from stock. Raises the ledger's StockOutOfRange before anything changes."""
    stocked = _in_turn(parcel)
    wanted: Counter[int] = Counter()
    for one in stocked:
        wanted[one.variant_id] += one.number
    shelves = lock_variants(wanted)
    for one in stocked:
        shelf = shelves.get(one.variant_id)
        if shelf is None or (not shelf.continue_selling and shelf.on_hand < wanted[shelf.id]):
            there = max(0, shelf.on_hand) if shelf else 0
            raise ledger.StockOutOfRange(
                _("%(item)s: only %(number)s on hand.", item=line_name(one.line), number=f"{there:,}")
            )
    for one in stocked:
        ledger.ship_units(one.variant_id, one.number, one.cause)


def release(removed: Iterable[LineUnits], *, restock: Mapping[int, bool]) -> None:
    """Release units that were never shipped: they are restocked, or written off. `restock` by line id.

    Of units to write off, only those that are on hand are.
    """
    for one in _in_turn(removed):
        on_hand = sum(shelf.on_hand for shelf in lock_variants([one.variant_id]).values())
        lost = 0 if restock[one.line.id] else max(0, min(one.number, on_hand))
        if lost:
            ledger.write_off_units(one.variant_id, lost, one.cause)
        if lost < one.number:
            ledger.release_units(one.variant_id, one.number - lost)


def restock(returned: Iterable[LineUnits]) -> None:
    """Restock returned units."""
    for one in _in_turn(returned):
        ledger.return_units(one.variant_id, one.number, one.cause)


def lock_variants(variant_ids: Iterable[int]) -> dict[int, Variant]:
    """Return variants as they are now, by id, locked until this transaction ends."""
    ids = set(variant_ids)
    locks.lock_variants(ids)
    query = select(Variant).where(Variant.id.in_(ids)).execution_options(populate_existing=True)
    return {one.id: one for one in db.session.scalars(query)} if ids else {}


def _has(shelf: Variant | None, units: int) -> bool:
    return shelf is not None and (shelf.continue_selling or shelf.available >= units)


def _in_turn(units: Iterable[LineUnits]) -> list[LineUnits]:
    stocked = [one for one in units if one.variant_id and one.number]
    return sorted(stocked, key=lambda one: (one.variant_id, one.line.id))


def count_reserved() -> dict[int, int]:
    """Return the reserved units of each variant, by its id: those that orders have yet to ship, archived ones too."""
    rows = db.session.execute(
        select(
            OrderLine.variant_id, func.sum(OrderLine.quantity - _gone(ShipmentLine.units) - _gone(RefundLine.removed))
        )
        .join(Order)
        .where(
            OrderLine.variant_id.is_not(None),
            Order.cancelled_at.is_(None),
            Order.fulfilment_state.in_((FulfilmentState.UNFULFILLED, FulfilmentState.PARTIAL)),
        )
        .group_by(OrderLine.variant_id)
    )
    return {variant_id: int(units) for variant_id, units in rows if variant_id and units}


def _gone(column: Any) -> ColumnElement[int]:
    rows = column.class_
    return select(func.coalesce(func.sum(column), 0)).where(rows.line_id == OrderLine.id).scalar_subquery()
