"""Summary: what is kept of a product for lists and search, which need not look at its variants; and the reverse."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select, update

from shop.catalogue.product import Product, ProductTag, Status, StockState, Variant
from shop.extensions import db
from shop.search import word_index


def state_of(available: Any, low_at: Any) -> Any:
    """Say in SQL how a variant stands with so many units available and that threshold in force."""
    return case((available <= 0, StockState.OUT), (available <= low_at, StockState.LOW), else_=StockState.IN)


def refresh(product_ids: Sequence[int] | None = None) -> None:
    """Compute anew what products cache over their variants: all of them for None."""
    of_product = Variant.product_id == Product.id
    rank = case((Variant.stock_state == StockState.OUT, 0), (Variant.stock_state == StockState.LOW, 1), else_=2)
    worst = select(func.min(rank)).where(of_product).scalar_subquery()
    low, high, available = (
        select(func.coalesce(one, 0)).where(of_product).scalar_subquery()
        for one in (func.min(Variant.price), func.max(Variant.price), func.sum(Variant.available))
    )
    state = case((worst == 0, StockState.OUT), (worst == 1, StockState.LOW), else_=StockState.IN)
    change = update(Product).values(price_low=low, price_high=high, available=available, stock_state=state)
    if product_ids is not None:
        change = change.where(Product.id.in_(product_ids))
    db.session.execute(change.execution_options(synchronize_session=False))


def hand_down(product_ids: Sequence[int] | None = None) -> None:
    """Write anew what the variants of products, which the caller holds, repeat of them: of all products for None."""
    of_variant = Product.id == Variant.product_id
    title_key = select(Product.title_key).where(of_variant).scalar_subquery()
    is_sold = select(Product.status == Status.ACTIVE).where(of_variant).scalar_subquery()
    change = update(Variant).values(title_key=title_key, is_sold=is_sold)
    if product_ids is not None:
        change = change.where(Variant.product_id.in_(product_ids))
    db.session.execute(change.execution_options(synchronize_session=False))


def index_words(product_id: int) -> None:
    """Write anew by which words a product is found. Whoever calls it holds the product's row: two would both write."""
    about = db.session.execute(
        select(Product.title, Product.vendor, Product.type).where(Product.id == product_id)
    ).one()
    tags = db.session.scalars(select(ProductTag.tag).where(ProductTag.product_id == product_id))
    codes = db.session.execute(
        select(Variant.sku, Variant.barcode)
        .where(Variant.product_id == product_id)
        .order_by(Variant.position, Variant.id)
    )
    word_index.index_record("product", product_id, [*about, *tags], [code for row in codes for code in row if code])
