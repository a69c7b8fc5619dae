"""Lock variants, their products first, each by id: the lock order that prevents deadlocks."""

from collections.abc import Iterable

from sqlalchemy import select

from shop.catalogue.models.product import Product, Variant
from shop.extensions import db


def lock_variants(variant_ids: Iterable[int]) -> None:
    """Lock variants until this transaction ends: their products first, then the variants, each by id.

    A movement also writes its product's summary: locking one variant after the other would deadlock with another sale
    of the same product. On SQLite, writers take turns anyway.
    """
    if db.engine.dialect.name == "sqlite":
        return
    ids = set(variant_ids)
    products = select(Variant.product_id).where(Variant.id.in_(ids))
    for model, which in ((Product, Product.id.in_(products)), (Variant, Variant.id.in_(ids))):
        # A lock that still lets others refer to the row: order lines do.
        db.session.execute(select(model.id).where(which).order_by(model.id).with_for_update(key_share=True)).all()
