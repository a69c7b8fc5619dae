"""Add, edit and remove the variants of a product."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from shop import clock, money
from shop.audit.entries import record
from shop.catalogue import cached_columns, search_index
from shop.catalogue.errors import ProductRefused
from shop.catalogue.models.product import MOST_VARIANTS, Product, ProductStatus, StockState, Variant
from shop.extensions import db
from shop.settings import store
from shop.settings.models.store import Store
from shop.transactions import update_rows
from shop.web.actor import Actor

VALUES = ("value1", "value2", "value3")
SALE = ("sku", "barcode", "price", "compare_at", "cost", "weight", "low_stock")
FLAGS = ("taxable", "requires_shipping", "continue_selling")
PLAIN = (*VALUES, *SALE, *FLAGS, "picture_id")
FRESH: dict[str, Any] = {"value1": "", "value2": "", "value3": "", "picture_id": None}
# Tables that refer to a variant, and what to say of one that they keep. By name: those rooms import this one.
KEPT_BY = {
    "order_lines": _l("%(variant)s has been ordered, so it can't be removed."),
    "stock_movements": _l("%(variant)s has a stock history, so it can't be removed."),
}
TOO_MANY = _l("A product can have at most %(most)s variants.", most=MOST_VARIANTS)
LAST_ONE = _l("This is the product's only variant, so it can't be removed. Archive or delete the product instead.")
WHOLE = 10_000  # basis points


def values_of(variant: Variant) -> dict[str, Any]:
    """Return what a variant's form edits, as plain values."""
    return {name: getattr(variant, name) for name in PLAIN}


def insert(product: Product, values: Mapping[str, Any]) -> Variant:
    """Add a variant without stock; the caller refreshes what the product caches."""
    last = db.session.scalar(select(func.max(Variant.position)).where(Variant.product_id == product.id)) or 0
    variant = Variant(
        **{name: {**FRESH, **values}[name] for name in PLAIN},
        product_id=product.id,
        title_key=product.title_key,
        is_sold=product.status == ProductStatus.ACTIVE,
        position=last + 1,
        low_at=get_threshold(values["low_stock"]),
        on_hand=0,
        committed=0,
        available=0,
        stock_state=StockState.OUT,
        version=1,
    )
    db.session.add(variant)
    db.session.flush()
    return variant


def add(product: Product, values: Mapping[str, Any], *, actor: Actor) -> Variant:
    """Add a variant to the locked product. Raises ProductRefused for an existing combination, or too many."""
    if len(product.variants) >= MOST_VARIANTS:
        raise ProductRefused(TOO_MANY)
    require_new_combination(product.variants, values)
    variant = insert(product, values)
    record_change(product, {"variant": ["", variant.title]}, actor=actor)
    return variant


def edit(variant: Variant, values: Mapping[str, Any], *, actor: Actor) -> None:
    """Save values in the locked variant; the product's version does not change. Raises ProductRefused."""
    old = values_of(variant)
    changes = {name: [old[name], values[name]] for name in old if values.get(name, old[name]) != old[name]}
    if not changes:
        return
    product = variant.product
    if changes.keys() & set(VALUES):
        require_new_combination((other for other in product.variants if other is not variant), {**old, **values})
    for name, (_old, new) in changes.items():
        setattr(variant, name, new)
    variant.low_at = get_threshold(variant.low_stock)
    variant.stock_state = StockState.for_quantity(variant.available, variant.low_at)
    variant.version += 1
    named = {f"{variant.title}: {name}" if variant.title else name: pair for name, pair in changes.items()}
    record_change(product, named, actor=actor)


def remove(variant: Variant, *, actor: Actor) -> None:
    """Remove the locked variant if it was never ordered and its stock never moved. Raises ProductRefused otherwise."""
    product = variant.product
    if len(product.variants) == 1:
        raise ProductRefused(LAST_ONE)
    if table := find_reason_to_keep([variant.id]):
        raise ProductRefused(KEPT_BY[table] % {"variant": variant.title})
    title = variant.title
    db.session.delete(variant)
    db.session.flush()
    record_change(product, {"variant": [title, ""]}, actor=actor)


def find_reason_to_keep(variant_ids: Sequence[int]) -> str:
    """Return the table that keeps variants from being deleted, or "". Lock them first, or an order may come between."""
    for table in KEPT_BY:
        referring = db.metadata.tables[table]
        query = select(referring.c.id).where(referring.c.variant_id.in_(variant_ids)).limit(1)
        if db.session.scalar(query) is not None:
            return table
    return ""


def require_new_combination(others: Iterable[Variant], values: Mapping[str, Any]) -> None:
    """Refuse a combination of option values that another variant has. Raises ProductRefused."""
    wanted = normalize_combination(values[name] for name in VALUES)
    if any(normalize_combination((other.value1, other.value2, other.value3)) == wanted for other in others):
        title = " / ".join(values[name] for name in VALUES if values[name])
        raise ProductRefused(_("The variant %(variant)s already exists.", variant=title), "value1")


def normalize_combination(values: Iterable[str]) -> tuple[str, ...]:
    """Return option values as they are compared: case-folded."""
    return tuple(value.casefold() for value in values)


def record_change(product: Product, changes: dict[str, list[Any]], *, actor: Actor) -> None:
    """Refresh what a product caches after a change of its variants, and record it."""
    db.session.flush()
    cached_columns.refresh_products([product.id])
    touched = update(Product).where(Product.id == product.id).values(updated_at=clock.now())
    update_rows(touched)
    search_index.index_product(product.id)
    record("product_changed", actor=actor, product=product.id, title=product.title, changes=changes)


def get_threshold(own: int | None) -> int:
    """Return the low-stock threshold in force: a variant's own, or the store's."""
    return store.get_store().low_stock if own is None else own


def compute_margin(variant: Variant, store: Store) -> tuple[int, int] | None:
    """Return the profit per item, in minor units and in tenths of a percent of the price before tax.

    None where the cost is unknown, or the price is zero.
    """
    if variant.cost is None or not variant.price:
        return None
    has_tax = store.prices_include_tax and variant.taxable
    net = money.prorate(variant.price, WHOLE, WHOLE + store.tax_rate) if has_tax else variant.price
    return net - variant.cost, money.prorate(net - variant.cost, 1000, net)
