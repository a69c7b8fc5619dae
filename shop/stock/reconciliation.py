"""Compare cached stock with the ledger and the orders, and recalculate it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, update

from shop.audit.entries import record
from shop.catalogue.cached_columns import refresh_products, refresh_variants, stock_state_case
from shop.catalogue.models.product import Product, ProductStatus, StockState, Variant
from shop.extensions import db
from shop.registry import Registry
from shop.stock.models.movement import Movement
from shop.transactions import update_rows
from shop.web.actor import Actor

PART = 500
CACHED = ("on_hand", "committed", "available", "stock_state")
REPEATED = ("title_key", "is_sold")  # of its product
OF_PRODUCT = ("price_low", "price_high", "available", "stock_state")
# The orders room counts the units of each variant that open orders need: this room may not import it.
committed_counters: Registry[Callable[[], dict[int, int]]] = Registry()


@dataclass(frozen=True)
class Difference:
    """A cached value that does not match the rows it is computed from; `table` is variants or products."""

    table: str
    record_id: int
    column: str
    cached: Any
    counted: Any

    def __str__(self) -> str:
        values = f"stored {self.cached}, expected {self.counted}"  # not marked: printed
        name = "reserved" if self.column == "committed" else self.column.replace("_", " ")
        return f"{self.table.removesuffix('s')} {self.record_id}, {name}: {values}"


def list_differences() -> list[Difference]:
    """Return every difference, those of variants first; reads the whole ledger, best within transactions.snapshot()."""
    on_hand, committed = _on_hand(), _committed()
    differences: list[Difference] = []
    states: dict[int, list[tuple[int, int, StockState]]] = {}
    for row in db.session.execute(_variants().execution_options(yield_per=PART)):
        held, wanted = on_hand.get(row.id, 0), committed.get(row.id, 0)
        counted = (held, wanted, held - wanted, StockState.for_quantity(held - wanted, row.low_at))
        repeated = (row.products_title_key, row.status == ProductStatus.ACTIVE)
        differences += _compare("variants", row, dict(zip((*CACHED, *REPEATED), (*counted, *repeated), strict=True)))
        states.setdefault(row.product_id, []).append((row.price, counted[2], counted[3]))
    return differences + _of_products(states)


def recalculate_stock(*, actor: Actor) -> list[Difference]:
    """Recalculate every cached number from its rows. Returns what differed; an audit entry says how many.

    Every product is locked, so that no stock moves between counting and writing.
    """
    db.session.execute(select(Product.id).order_by(Product.id).with_for_update(key_share=True)).all()
    differences = list_differences()
    on_hand, committed = _on_hand(), _committed()
    for variant_id in sorted({one.record_id for one in differences if one.table == "variants"}):
        held, wanted = on_hand.get(variant_id, 0), committed.get(variant_id, 0)
        state = stock_state_case(held - wanted, Variant.low_at)
        values = {"on_hand": held, "committed": wanted, "available": held - wanted, "stock_state": state}
        change = update(Variant).where(Variant.id == variant_id).values(values)
        update_rows(change)
    if differences:
        refresh_products()
        refresh_variants()
    record("stock_checked", actor=actor, differences=len(differences))
    return differences


def _variants() -> Select[Any]:
    own = (Variant.id, Variant.product_id, Variant.price, Variant.low_at, *(getattr(Variant, one) for one in CACHED))
    products_own = (Product.title_key.label("products_title_key"), Product.status)
    repeated = (getattr(Variant, one) for one in REPEATED)
    return select(*own, *repeated, *products_own).join(Variant.product).order_by(Variant.id)


def _on_hand() -> dict[int, int]:
    sums = select(Movement.variant_id, func.sum(Movement.delta)).group_by(Movement.variant_id)
    return {variant_id: int(total) for variant_id, total in db.session.execute(sums)}


def _committed() -> dict[int, int]:
    [count] = committed_counters.values()
    return count()


def _of_products(states: dict[int, list[tuple[int, int, StockState]]]) -> list[Difference]:
    differences: list[Difference] = []
    query = select(Product.id, *(getattr(Product, name) for name in OF_PRODUCT)).order_by(Product.id)
    for row in db.session.execute(query.execution_options(yield_per=PART)):
        if of_variants := states.get(row.id):
            differences += _compare("products", row, _summary(of_variants))
    return differences


def _summary(of_variants: list[tuple[int, int, StockState]]) -> dict[str, Any]:
    prices, available, states = zip(*of_variants, strict=True)
    worst = min(states, key=(StockState.OUT, StockState.LOW, StockState.IN).index)
    return dict(zip(OF_PRODUCT, (min(prices), max(prices), sum(available), worst), strict=True))


def _compare(table: str, row: Any, counted: dict[str, Any]) -> list[Difference]:
    pairs = ((name, getattr(row, name), value) for name, value in counted.items())
    return [Difference(table, row.id, name, cached, value) for name, cached, value in pairs if cached != value]
