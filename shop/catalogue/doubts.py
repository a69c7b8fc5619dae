"""Doubts: what looks like a slip in prices and codes, and may be meant; nothing is refused for it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from shop import money
from shop.catalogue.product import Variant
from shop.extensions import db
from shop.settings.models.store import Store

WHOLE = 10_000  # basis points
MOST_NAMED = 3


def about(variants: Sequence[Variant]) -> list[str]:
    """Give a sentence for each thing about these variants that somebody should look at; two statements are made."""
    low = [one.title for one in variants if one.compare_at is not None and one.compare_at <= one.price]
    whose = f" of {_some(low)}" if any(low) else ""
    found = [f"The compare-at price{whose} is not above the price."] if low else []
    return found + _shared("SKU", Variant.sku, variants) + _shared("barcode", Variant.barcode, variants)


def margin(variant: Variant, store: Store) -> tuple[int, int] | None:
    """Give what is earned on one, in minor units and in tenths of a percent of the price without tax.

    None where the cost is not known, or nothing is asked.
    """
    if variant.cost is None or not variant.price:
        return None
    has_tax = store.prices_include_tax and variant.taxable
    net = money.prorate(variant.price, WHOLE, WHOLE + store.tax_rate) if has_tax else variant.price
    return net - variant.cost, money.prorate(net - variant.cost, 1000, net)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _shared(words: str, column: InstrumentedAttribute[Any], variants: Sequence[Variant]) -> list[str]:
    codes = {getattr(variant, column.key) for variant in variants} - {""}
    query = select(column, func.count()).where(column.in_(codes)).group_by(column).having(func.count() > 1)
    rows: Iterable[Any] = db.session.execute(query.order_by(column)) if codes else ()
    found = [f"The {words} {code} is used by {number} variants." for code, number in rows]
    return (
        found if len(found) <= MOST_NAMED else [*found[:MOST_NAMED], f"{len(found) - MOST_NAMED} more are used twice."]
    )
