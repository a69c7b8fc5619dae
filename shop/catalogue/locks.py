"""Row locks on products and variants; products first, then variants, each by id."""

from typing import Any

from sqlalchemy import Select, select

from shop.catalogue.models.product import Product, Variant
from shop.extensions import db


def lock_product(product_id: int) -> Product | None:
    """Return a product as it is now, locked until this transaction ends.

    A variant's row is locked after its product's, as moving stock does: see stock/locks.py.
    """
    found: Product | None = db.session.scalar(_held(select(Product).where(Product.id == product_id)))
    return found


def lock_variant(variant_id: int) -> Variant | None:
    """Return a variant as it is now, locked until this transaction ends."""
    found: Variant | None = db.session.scalar(_held(select(Variant).where(Variant.id == variant_id)))
    return found


def _held(query: Select[Any]) -> Select[Any]:
    return query.with_for_update().execution_options(populate_existing=True)


def lock_variants_of(product_id: int) -> None:
    """Lock every variant of a product that is already locked, in the usual lock order."""
    query = select(Variant).where(Variant.product_id == product_id).order_by(Variant.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).all()


def lock_all_products() -> None:
    """Lock every product, then every variant, each in the order of their ids, as every other change does."""
    for model in (Product, Variant):
        db.session.execute(select(model.id).order_by(model.id).with_for_update(key_share=True)).all()
