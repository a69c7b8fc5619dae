"""Low-stock alerts: the number of available units at which a variant counts as low."""

from sqlalchemy import update

from shop.audit.entries import record
from shop.catalogue.cached_columns import refresh_products, stock_state_case
from shop.catalogue.locks import lock_all_products
from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.settings import store
from shop.transactions import update_rows
from shop.web.actor import Actor


def set_own_threshold(variant: Variant, low_stock: int | None, *, actor: Actor) -> None:
    """Set a locked variant's own threshold, or with None go back to the store's."""
    low_at = store.get_store().low_stock if low_stock is None else low_stock
    name = f"low stock of {variant.sku or variant.title or variant.id}"  # not marked: recorded
    changes = {name: [variant.low_stock, low_stock]}
    variant.low_stock, variant.low_at = low_stock, low_at
    variant.version += 1
    db.session.flush()
    change = (
        update(Variant).where(Variant.id == variant.id).values(stock_state=stock_state_case(Variant.available, low_at))
    )
    update_rows(change)
    refresh_products([variant.product_id])
    product = variant.product
    record("product_changed", actor=actor, product=product.id, title=product.title, changes=changes)


def set_default_threshold(low_stock: int) -> None:
    """Apply the store's default threshold to variants without one of their own.

    Everything is locked first, in the lock order, or this would deadlock with a sale.
    """
    lock_all_products()
    update_rows(
        update(Variant)
        .where(Variant.low_stock.is_(None), Variant.low_at != low_stock)
        .values(low_at=low_stock, stock_state=stock_state_case(Variant.available, low_stock))
    )
    refresh_products()
