"""Drafts: the lines entered in an order form, and their totals, before anything is saved."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.orders import totals
from shop.orders.models.order import Order, OrderLine
from shop.orders.totals import Totals


class TaxTerms(Protocol):
    """What says how tax is computed: the store for a new order, the order itself for an existing one."""

    prices_include_tax: Any
    tax_rate: Any


class VariantDeleted(Exception):
    """A variant was deleted after it was added to the form; pages show the message."""


@dataclass
class DraftLine:
    """A line of a draft: its own copy of what is sold. `discount` and `tax` are written by totals.compute()."""

    variant_id: int | None
    title: str
    variant_title: str
    sku: str
    price: int
    quantity: int
    taxable: bool
    requires_shipping: bool
    product_id: int | None
    discount: int = 0
    tax: int = 0


@dataclass
class Draft:
    """An order before it is created; `billing` and `delivery` have the keys of the customers' ADDRESS_FIELDS."""

    customer_id: int | None
    email: str
    lines: list[DraftLine]
    shipping: int = 0
    shipping_method: str = ""
    discount: int = 0
    discount_code: str = ""
    note: str = ""
    billing: dict[str, Any] = field(default_factory=dict)
    delivery: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LineInput:
    """One line of an order form; without a variant it is a custom item, named by `title`."""

    variant_id: int | None
    title: str
    price: int
    quantity: int
    taxable: bool = True
    requires_shipping: bool = True


def load_variants(ids: Iterable[int]) -> dict[int, Variant]:
    """Return variants with their products, by id, in one statement."""
    query = select(Variant).join(Variant.product).options(contains_eager(Variant.product))
    return {one.id: one for one in db.session.scalars(query.where(Variant.id.in_(list(ids))))}


def make_draft_lines(rows: Sequence[LineInput]) -> list[DraftLine]:
    """Return rows as lines with their own copy of what is sold. Raises VariantDeleted."""
    known = load_variants(row.variant_id for row in rows if row.variant_id)
    gone = [row.title or _("an item") for row in rows if row.variant_id and row.variant_id not in known]
    if gone:
        raise VariantDeleted(
            ngettext(
                "No longer in the catalog: %(items)s. Remove this item, or add it as a custom item.",
                "No longer in the catalog: %(items)s. Remove these items, or add them as custom items.",
                len(gone),
                items=", ".join(gone),
            )
        )
    return [_line(row, known[row.variant_id] if row.variant_id else None) for row in rows]


def copy_order_lines(order: Order, quantities: Mapping[int, int]) -> list[DraftLine]:
    """Return copies of an order's lines with other quantities, by line id, without those whose quantity is 0."""
    return [
        DraftLine(
            variant_id=line.variant_id,
            title=line.title,
            variant_title=line.variant_title,
            sku=line.sku,
            price=line.price,
            quantity=quantities.get(line.id, line.quantity),
            taxable=line.taxable,
            requires_shipping=line.requires_shipping,
            product_id=line.product_id,
        )
        for line in order.lines
        if quantities.get(line.id, line.quantity)
    ]


def compute_totals(lines: Sequence[DraftLine], *, shipping: int, discount: int, terms: TaxTerms) -> Totals:
    """Return the totals of lines. Raises TotalTooLarge."""
    return totals.compute(
        lines,
        shipping=shipping,
        discount=discount,
        prices_include_tax=terms.prices_include_tax,
        tax_rate=terms.tax_rate,
    )


def select_unsaved(order: Order, rows: Sequence[LineInput], seen: Collection[int]) -> list[LineInput]:
    """Return the rows that are not on the order yet: when a form is sent twice, the first time has added some."""
    there = Counter(_same(line.variant_id, line.title, line) for line in order.lines if line.id not in seen)
    left = []
    for row in rows:
        same = _same(row.variant_id, row.title, row)
        if there[same]:
            there[same] -= 1
        else:
            left.append(row)
    return left


def _same(variant_id: int | None, title: str, line: LineInput | OrderLine) -> tuple[int | str, int, int]:
    return variant_id or title, line.price, line.quantity


def _line(row: LineInput, variant: Variant | None) -> DraftLine:
    if variant is None:
        return DraftLine(None, row.title, "", "", row.price, row.quantity, row.taxable, row.requires_shipping, None)
    return DraftLine(
        variant_id=variant.id,
        title=variant.product.title,
        variant_title=variant.title,
        sku=variant.sku,
        price=row.price,
        quantity=row.quantity,
        taxable=variant.taxable,
        requires_shipping=variant.requires_shipping,
        product_id=variant.product_id,
    )
