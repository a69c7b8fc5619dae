"""Non-blocking warnings about likely typos in a variant's prices and codes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.catalogue.models.product import Variant
from shop.extensions import db

MOST_NAMED = 3


def list_warnings(variants: Sequence[Variant]) -> list[str]:
    """Return a sentence for each thing about these variants that somebody should look at; two statements are made."""
    low = [one.title for one in variants if one.compare_at is not None and one.compare_at <= one.price]
    whose = f" of {_some(low)}" if any(low) else ""
    found = [f"The compare-at price{whose} is not above the price."] if low else []
    return found + _shared("SKU", Variant.sku, variants) + _shared("barcode", Variant.barcode, variants)


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
