"""The demo's stock: deliveries that let every sale ship and leave a chosen remainder; written to the ledger."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from shop.catalogue import cached_columns
from shop.catalogue.models.product import StockState, Variant
from shop.demo.random_customers import STAFF
from shop.demo.random_sales import Sale
from shop.extensions import db
from shop.orders.stock import count_reserved
from shop.stock.locks import lock_variants
from shop.stock.models.movement import Movement, Reason
from shop.tokens import new_id

UNITS_PER_DELIVERY = 40  # units, roughly, in one delivery
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class StockChange:
    """One change of a variant's units on hand. For a delivery `order_id` is None and `key` is empty."""

    at: datetime
    delta: int
    order_id: int | None = None
    key: str = ""
    by: str = ""


def plan_deliveries(
    sales: Sequence[Sale], variants: int, opened_at: datetime, chance: Random
) -> list[list[StockChange]]:
    """Return each variant's deliveries, by its index, that a year's sales need."""
    moved, wanted = defaultdict[int, list[StockChange]](list), Counter[int]()
    for sale in sales:
        for place, units in sale.goods if not sale.cancelled_at else ():
            wanted[place] += units
        for place, units in sale.sent:
            wanted[place] -= units
            moved[place].append(StockChange(sale.shipped_at or sale.at, -units, key="sent"))
        if sale.returned_at and sale.is_restocked:
            moved[sale.goods[0][0]].append(StockChange(sale.returned_at, 1, key="back"))
    levels = [choose_final_stock(chance) + wanted[place] for place in range(variants)]
    found = [add_deliveries(moved[place], left, opened_at) for place, left in enumerate(levels)]
    return [[one for one in changes if not one.key] for changes in found]


def choose_final_stock(chance: Random) -> int:
    """Return the units of a variant that are available at the end: plenty of most."""
    return chance.choices((0, chance.randint(1, 5), chance.randint(9, 60)), weights=(4, 8, 88))[0]


def add_deliveries(changes: Iterable[StockChange], left: int, opened_at: datetime) -> list[StockChange]:
    """Return the changes with deliveries in between: stock is never negative, and `left` are on hand at the end.

    Returned units cannot be sold earlier: if they exceed `left`, they all remain.
    """
    changes = sorted(changes, key=lambda change: change.at)
    left = max(left, sum(change.delta for change in changes if change.delta > 0))
    parts = _parts(left - sum(change.delta for change in changes))
    if not parts:
        return changes
    found, level = [StockChange(opened_at, parts[0])], parts.pop(0)
    for change in changes:
        while level + change.delta < 0:
            found.append(StockChange(change.at - HOUR, parts[0]))
            level += parts.pop(0)
        found.append(change)
        level += change.delta
    # Surplus units came with the last delivery.
    last = max((place for place, one in enumerate(found) if not one.key), default=0)
    found[last] = StockChange(found[last].at, found[last].delta + sum(parts))
    return sorted(found, key=lambda change: change.at)


def _parts(units: int) -> list[int]:
    number = max(1, round(units / UNITS_PER_DELIVERY))
    each, rest = divmod(units, number)
    return [each + (place < rest) for place in range(number)] if units else []


def record_changes(changes: dict[int, list[StockChange]], variant_ids: Collection[int]) -> None:
    """Write stock changes, by variant id, to the ledger, and recalculate the stock of all those variants.

    Movements of other people count: the balances continue from the existing ones.
    """
    lock_variants(variant_ids)
    wanted, rows = count_reserved(), []
    query = select(Variant).where(Variant.id.in_(variant_ids)).execution_options(populate_existing=True)
    for variant in db.session.scalars(query):
        for change in sorted(changes.get(variant.id, []), key=lambda one: (one.at, -one.delta)):
            variant.on_hand += change.delta
            rows.append(_movement(variant.id, change, variant.on_hand))
        variant.committed = wanted.get(variant.id, 0)
        variant.available = variant.on_hand - variant.committed
        variant.stock_state = StockState.for_quantity(variant.available, variant.low_at)
    db.session.flush()
    if rows:
        db.session.execute(insert(Movement), sorted(rows, key=lambda row: row["at"]))
    products = db.session.scalars(select(Variant.product_id).where(Variant.id.in_(variant_ids)).distinct())
    cached_columns.refresh_products(list(products))


def _movement(variant_id: int, change: StockChange, total: int) -> dict[str, Any]:
    sold_or_back = Reason.SOLD if change.delta < 0 else Reason.RETURNED
    return {
        "variant_id": variant_id,
        "at": change.at,
        "by": change.by or STAFF[0],
        "delta": change.delta,
        "total": total,
        "reason": sold_or_back if change.key else Reason.RECEIVED,
        "note": "" if change.key else "Delivery",
        "order_id": change.order_id,
        "key": change.key or new_id(),
    }
