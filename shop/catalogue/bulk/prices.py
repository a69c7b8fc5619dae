"""Preview, make and undo a change of the prices of many products. Amounts are the store's minor units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
from shop.web.request_info import RequestInfo

MOST_VARIANTS = 50_000  # in one press
VALUES = (Variant.value1, Variant.value2, Variant.value3)
OF_VARIANT = (Variant.id, Variant.product_id, Variant.price, Variant.compare_at, *VALUES)


@dataclass(frozen=True)
class VariantPriceChange:
    """One variant and what becomes of it: the price and the compare-at price before and after."""

    variant_id: int
    product_id: int
    name: str
    before: tuple[int, int | None]
    after: tuple[int, int | None]

    @property
    def is_possible(self) -> bool:
        """Say whether the new price is one."""
        return 0 <= self.after[0] <= money.MAX_AMOUNT

    @property
    def is_doubtful(self) -> bool:
        """Say whether the new price is no longer below the price that it is compared with."""
        price, compare_at = self.after
        return price != self.before[0] and compare_at is not None and compare_at <= price


def preview_prices(ids: Sequence[int], rule: PriceRule) -> BulkPreview:
    """Say what change_prices() would do. Raises SelectionTooLarge."""
    found = plan_prices(ids, rule)
    able = [one for one in found if one.is_possible]
    lines = [PreviewLine(one.name, _said(one.before), _said(one.after)) for one in able[:MOST_LINES]]
    below = sum(one.after[0] < 0 for one in found)
    above = len(found) - len(able) - below
    refused = [f"{_variants(below)} would cost less than nothing, and {_stay(below)} as now."] if below else []
    refused += [f"{_variants(above)} would cost more than can be kept, and {_stay(above)} as now."] if above else []
    slips = sum(one.is_doubtful for one in able)
    doubts = [f"The compare-at price of {_variants(slips).lower()} would not be above the price."] if slips else []
    return BulkPreview(len(able), lines, refused, doubts, same=_count(ids) - len(found))


def change_prices(ids: Sequence[int], rule: PriceRule, *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Change the prices of all variants of products. Returns the step that takes it back; None where nothing changed.

    A variant whose price would be below zero, or too high to be kept, stays as it is. Raises SelectionTooLarge.
    """
    lock_products(ids)
    able = [one for one in plan_prices(ids, rule) if one.is_possible]
    _write({one.variant_id: one.after for one in able}, product_ids := sorted({one.product_id for one in able}))
    changes = [{"prices": [[one.variant_id, *one.before, *one.after] for one in able]}]
    return record_change(changes, len(product_ids), rule.said(), by=by, visit=visit)


def plan_prices(ids: Sequence[int], rule: PriceRule) -> list[VariantPriceChange]:
    """Return the change of each variant whose price or compare-at price would be another. Raises SelectionTooLarge."""
    found: list[VariantPriceChange] = []
    for some in split_ids(ids):
        query = select(*OF_VARIANT, Product.title).join(Product).where(Variant.product_id.in_(some))
        for row in db.session.execute(query.order_by(Variant.product_id, Variant.position, Variant.id)):
            before = (row.price, row.compare_at)
            after = rule.new(*before)
            if after != before:
                found.append(VariantPriceChange(row.id, row.product_id, _name(row), before, after))
        if len(found) > MOST_VARIANTS:
            raise SelectionTooLarge(f"These are more than {MOST_VARIANTS:,} variants. Choose fewer products.")
    return found


def undo_prices(rows: Sequence[Sequence[Any]]) -> list[int]:
    """Set back the prices of variants, each only if it is still what the change made it. Returns whose products."""
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
    """Return the products of variants."""
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


def _said(prices: tuple[int, int | None]) -> str:
    price, compare_at = prices
    here = store.get_store()
    return here.money(price) + (f" (compare-at {here.money(compare_at)})" if compare_at is not None else "")


def _name(row: Any) -> str:
    options = " / ".join(value for value in (row.value1, row.value2, row.value3) if value)
    return f"{row.title} – {options}" if options else str(row.title)


def _variants(number: int) -> str:
    return "One variant" if number == 1 else f"{number:,} variants"


def _stay(number: int) -> str:
    return "stays" if number == 1 else "stay"
