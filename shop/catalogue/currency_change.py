"""Rescale prices when the store's currency changes its number of decimals; nothing is converted."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from shop import money
from shop.catalogue.cached_columns import refresh_products
from shop.catalogue.locks import lock_all_products
from shop.catalogue.models.product import Product, Variant
from shop.extensions import db
from shop.money import MAX_AMOUNT, InvalidAmount
from shop.transactions import update_rows


def rescale_prices(before: str, after: str) -> None:
    """Keep the figure of each price where the other currency has more decimals, or fewer: 12.50 stays 12.500.

    Raises InvalidAmount where a price would be out of range.
    """
    if money.decimal_places(before) == money.decimal_places(after):
        return
    lock_all_products()
    # The new version tells forms that were open that the amounts they read have changed.
    update_rows(update(Product).values(version=Product.version + 1))
    if money.rescale_amount(_highest(), before, after) > MAX_AMOUNT:
        raise InvalidAmount(_("The highest price would be out of range in %(currency)s.", currency=after))
    amounts = (Variant.price, Variant.compare_at, Variant.cost)
    changed = {
        amount.key: _rescaled(amount, money.decimal_places(after) - money.decimal_places(before)) for amount in amounts
    }
    update_rows(update(Variant).values(version=Variant.version + 1, **changed))
    refresh_products()


def _highest() -> int:
    highest = [func.coalesce(func.max(one), 0) for one in (Variant.price, Variant.compare_at, Variant.cost)]
    return int(max(db.session.execute(select(*highest)).one()))


def _rescaled(amount: Any, more_digits: int) -> Any:
    """Return in SQL what money.rescale_amount() returns."""
    if more_digits > 0:
        return amount * 10**more_digits
    factor = 10**-more_digits
    return (amount + factor // 2) // factor
