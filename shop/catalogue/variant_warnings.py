"""Non-blocking warnings about likely typos in a variant's prices and codes."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.catalogue.models.product import Variant
from shop.extensions import db

MOST_NAMED = 3


def list_warnings(variants: Sequence[Variant]) -> list[str]:
    """Return a sentence for each likely mistake in these variants; makes two SQL statements."""
    low = [one.title for one in variants if one.compare_at is not None and one.compare_at <= one.price]
    skus, barcodes = _shared(Variant.sku, variants), _shared(Variant.barcode, variants)
    found = [_describe_low(low)] if low else []
    found += [
        _("The SKU %(code)s is used by %(number)s variants.", code=code, number=n) for code, n in skus[:MOST_NAMED]
    ]
    if (more := len(skus) - MOST_NAMED) > 0:
        found.append(
            ngettext("%(num)s more SKU is used more than once.", "%(num)s more SKUs are used more than once.", more)
        )
    found += [
        _("The barcode %(code)s is used by %(number)s variants.", code=code, number=n)
        for code, n in barcodes[:MOST_NAMED]
    ]
    if (more := len(barcodes) - MOST_NAMED) > 0:
        found.append(
            ngettext(
                "%(num)s more barcode is used more than once.", "%(num)s more barcodes are used more than once.", more
            )
        )
    return found


def _describe_low(titles: Sequence[str]) -> str:
    """Return the sentence about compare-at prices that are too low; a product's only variant has no title."""
    if not any(titles):
        return _("The compare-at price is not higher than the price.")
    names = ", ".join(titles[:MOST_NAMED])
    if (more := len(titles) - MOST_NAMED) > 0:
        names = _("%(names)s, and %(number)s more", names=names, number=more)
    return _("For these variants, the compare-at price is not higher than the price: %(variants)s.", variants=names)


def _shared(column: InstrumentedAttribute[Any], variants: Sequence[Variant]) -> list[tuple[str, int]]:
    """Return the codes of these variants that several variants have, and how many."""
    codes = {getattr(variant, column.key) for variant in variants} - {""}
    query = select(column, func.count()).where(column.in_(codes)).group_by(column).having(func.count() > 1)
    rows: Iterable[Any] = db.session.execute(query.order_by(column)) if codes else ()
    return [(code, number) for code, number in rows]
