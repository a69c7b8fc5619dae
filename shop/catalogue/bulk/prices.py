"""Preview, make and undo a change of the prices of many products. Amounts are the store's minor units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import bindparam, func, select, update

from shop import money
from shop.catalogue.bulk.change_log import record_change
from shop.catalogue.bulk.preview import MOST_LINES, BulkPreview, PreviewLine
from shop.catalogue.bulk.price_rule import PriceRule
from shop.catalogue.bulk.selection import SelectionTooLarge, lock_products, mark_changed, split_ids
from shop.catalogue.cached_columns import refresh_products
from shop.catalogue.models.product import Product, Variant
from shop.extensions import db
from shop.settings import store
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

MOST_VARIANTS = 50_000  # in one change
VALUES = (Variant.value1, Variant.value2, Variant.value3)
OF_VARIANT = (Variant.id, Variant.product_id, Variant.price, Variant.compare_at, *VALUES)


@dataclass(frozen=True)
class VariantPriceChange:
    """One variant, and its price and compare-at price before and after."""

    variant_id: int
    product_id: int
    name: str
    before: tuple[int, int | None]
    after: tuple[int, int | None]

    @property
    def is_possible(self) -> bool:
        """Say whether the new price is in range."""
        return 0 <= self.after[0] <= money.MAX_AMOUNT

    @property
    def is_doubtful(self) -> bool:
        """Say whether the new price is no longer below the compare-at price."""
        price, compare_at = self.after
        return price != self.before[0] and compare_at is not None and compare_at <= price


def preview_prices(ids: Sequence[int], rule: PriceRule) -> BulkPreview:
    """Return what change_prices() would do. Raises SelectionTooLarge."""
    found = plan_prices(ids, rule)
    able = [one for one in found if one.is_possible]
    lines = [PreviewLine(one.name, _describe(one.before), _describe(one.after)) for one in able[:MOST_LINES]]
    below = sum(one.after[0] < 0 for one in found)
    above = len(found) - len(able) - below
    slips = sum(one.is_doubtful for one in able)
    refused = [_describe_below(below)] if below else []
    refused += [_describe_above(above)] if above else []
    doubts = [_describe_slips(slips)] if slips else []
    return BulkPreview(len(able), lines, refused, doubts, same=_count(ids) - len(found))


def change_prices(ids: Sequence[int], rule: PriceRule, *, actor: Actor) -> UndoStep | None:
    """Change the prices of all variants of products. Returns the undo step; None where nothing changed.

    A variant whose price would be out of range does not change. Raises SelectionTooLarge.
    """
    lock_products(ids)
    able = [one for one in plan_prices(ids, rule) if one.is_possible]
    _write({one.variant_id: one.after for one in able}, product_ids := sorted({one.product_id for one in able}))
    changes = [{"prices": [[one.variant_id, *one.before, *one.after] for one in able]}]
    return record_change(changes, len(product_ids), rule.said(), actor=actor)


def plan_prices(ids: Sequence[int], rule: PriceRule) -> list[VariantPriceChange]:
    """Return the change of each variant whose price or compare-at price would differ. Raises SelectionTooLarge."""
    found: list[VariantPriceChange] = []
    for some in split_ids(ids):
        query = select(*OF_VARIANT, Product.title).join(Product).where(Variant.product_id.in_(some))
        for row in db.session.execute(query.order_by(Variant.product_id, Variant.position, Variant.id)):
            before = (row.price, row.compare_at)
            after = rule.new(*before)
            if after != before:
                found.append(VariantPriceChange(row.id, row.product_id, _name(row), before, after))
        if len(found) > MOST_VARIANTS:
            most = f"{MOST_VARIANTS:,}"
            raise SelectionTooLarge(_("That's more than %(most)s variants. Select fewer products.", most=most))
    return found


def undo_prices(rows: Sequence[Sequence[Any]]) -> list[int]:
    """Restore the prices of variants, each only if it has not changed since. Returns the ids of their products."""
    wanted = {row[0]: row[1:] for row in rows}
    now: dict[int, Any] = {}
    for some in split_ids(sorted(wanted)):
        query = select(Variant.id, Variant.product_id, Variant.price, Variant.compare_at)
        now |= {row.id: row for row in db.session.execute(query.where(Variant.id.in_(some)))}
    values: dict[int, tuple[int, int | None]] = {}
    for one, row in now.items():
        price, compare_at, new_price, new_compare_at = wanted[one]
        back = (
            price if row.price == new_price else row.price,
            compare_at if row.compare_at == new_compare_at else row.compare_at,
        )
        if back != (row.price, row.compare_at):
            values[one] = back
    product_ids = sorted({now[one].product_id for one in values})
    _write(values, product_ids)
    return product_ids


def list_product_ids(variant_ids: Sequence[int]) -> list[int]:
    """Return the ids of the products of variants."""
    found: set[int] = set()
    for some in split_ids(variant_ids):
        found.update(db.session.scalars(select(Variant.product_id).where(Variant.id.in_(some))))
    return sorted(found)


def _write(values: dict[int, tuple[int, int | None]], product_ids: list[int]) -> None:
    if not values:
        return
    table: Any = Variant.__table__
    change = (
        update(table)
        .where(table.c.id == bindparam("of"))
        .values(price=bindparam("new_price"), compare_at=bindparam("new_compare_at"), version=table.c.version + 1)
    )
    rows = [{"of": one, "new_price": price, "new_compare_at": old} for one, (price, old) in sorted(values.items())]
    db.session.connection().execute(change, rows)
    mark_changed(product_ids)
    for some in split_ids(product_ids):
        refresh_products(some)


def _count(ids: Sequence[int]) -> int:
    numbers = (select(func.count()).where(Variant.product_id.in_(some)) for some in split_ids(ids))
    return sum(db.session.scalars(one).one() for one in numbers)


def _describe(prices: tuple[int, int | None]) -> str:
    price, compare_at = prices
    here = store.get_store()
    if compare_at is None:
        return here.money(price)
    return _("%(price)s (compare-at %(compare_at)s)", price=here.money(price), compare_at=here.money(compare_at))


def _name(row: Any) -> str:
    options = " / ".join(value for value in (row.value1, row.value2, row.value3) if value)
    return f"{row.title} – {options}" if options else str(row.title)


def _describe_below(number: int) -> str:
    return ngettext(
        "%(count)s variant would cost less than zero, so its price won't change.",
        "%(count)s variants would cost less than zero, so their prices won't change.",
        number,
        count=f"{number:,}",
    )


def _describe_above(number: int) -> str:
    return ngettext(
        "%(count)s variant would cost more than the maximum, so its price won't change.",
        "%(count)s variants would cost more than the maximum, so their prices won't change.",
        number,
        count=f"{number:,}",
    )


def _describe_slips(number: int) -> str:
    return ngettext(
        "The compare-at price of %(count)s variant won't be higher than its price.",
        "The compare-at prices of %(count)s variants won't be higher than their prices.",
        number,
        count=f"{number:,}",
    )
