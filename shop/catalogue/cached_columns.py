"""Denormalized columns of products and variants: recompute them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select, update

from shop.catalogue.models.product import Product, ProductStatus, StockState, Variant
from shop.transactions import update_rows


def stock_state_case(available: Any, low_at: Any) -> Any:
    """Return in SQL the stock state of a variant with so many units available and that threshold in force."""
    return case((available <= 0, StockState.OUT), (available <= low_at, StockState.LOW), else_=StockState.IN)


def refresh_products(product_ids: Sequence[int] | None = None) -> None:
    """Recompute what products cache about their variants; None means all products."""
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
    update_rows(change)


def refresh_variants(product_ids: Sequence[int] | None = None) -> None:
    """Rewrite what variants repeat of their products, which the caller has locked; None means all products."""
    of_variant = Product.id == Variant.product_id
    title_key = select(Product.title_key).where(of_variant).scalar_subquery()
    is_sold = select(Product.status == ProductStatus.ACTIVE).where(of_variant).scalar_subquery()
    change = update(Variant).values(title_key=title_key, is_sold=is_sold)
    if product_ids is not None:
        change = change.where(Variant.product_id.in_(product_ids))
    update_rows(change)
