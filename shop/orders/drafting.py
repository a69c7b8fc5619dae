"""Drafting: what stands on an order sheet becomes lines of an order to be, and is summed up before any is written."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from shop.catalogue.models.product import Variant
from shop.customers import customers
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders import states, totals
from shop.orders.order import Order, OrderLine
from shop.orders.placing import DraftLine
from shop.orders.totals import Totals
from shop.web.request_info import RequestInfo


class Terms(Protocol):
    """Who says how tax is reckoned: the store for a new order, the order itself for an old one."""

    prices_include_tax: Any
    tax_rate: Any


class Gone(Exception):
    """A variant was deleted since it was put on the sheet; the message says so to people."""


@dataclass(frozen=True)
class Row:
    """One line of a sheet; without a variant it is free text, and what it is stands in `title`."""

    variant_id: int | None
    title: str
    price: int
    quantity: int
    taxable: bool = True
    requires_shipping: bool = True


def variants(ids: Iterable[int]) -> dict[int, Variant]:
    """Give variants with their products, by id, in one statement."""
    query = select(Variant).join(Variant.product).options(contains_eager(Variant.product))
    return {one.id: one for one in db.session.scalars(query.where(Variant.id.in_(list(ids))))}


def lines_of(rows: Sequence[Row]) -> list[DraftLine]:
    """Give rows as lines with their own copy of what is sold. Raises Gone."""
    known = variants(row.variant_id for row in rows if row.variant_id)
    gone = [row.title or "A line" for row in rows if row.variant_id and row.variant_id not in known]
    if gone:
        raise Gone(f"{', '.join(gone)}: no longer in the catalogue. Take it off, or write it as a line of text.")
    return [_line(row, known[row.variant_id] if row.variant_id else None) for row in rows]


def kept(order: Order, quantities: Mapping[int, int]) -> list[DraftLine]:
    """Give copies of an order's lines with other quantities, by line id; those of none are left out."""
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


def sum_up(lines: Sequence[DraftLine], *, shipping: int, discount: int, terms: Terms) -> Totals:
    """Say what lines come to. Raises totals.TooLarge."""
    return totals.compute(
        lines,
        shipping=shipping,
        discount=discount,
        prices_include_tax=terms.prices_include_tax,
        tax_rate=terms.tax_rate,
    )


def find_customer(customer_id: int | None) -> Customer | None:
    """Give a customer with their addresses, unless there is none or they were erased."""
    query = select(Customer).where(Customer.id == customer_id, Customer.erased_at.is_(None))
    return db.session.scalar(query.options(selectinload(Customer.addresses))) if customer_id else None


def introduce(order: Order, name: str, *, by: str, visit: RequestInfo) -> None:
    """Add the customer of an order that was placed for nobody known, where a name or an e-mail address was typed.

    After placing, as the words and the audit entry of a customer are locked later than the goods.
    """
    if order.customer_id or not (name or order.email):
        return
    home = order.delivery
    values = {"name": name or home["name"], "email": order.email, "phone": home["phone"], "address": home}
    order.customer_id = customers.create(values, by=by, visit=visit).id
    db.session.flush()
    states.tally(order.customer_id)


def unmet(order: Order, rows: Sequence[Row], seen: Collection[int]) -> list[Row]:
    """Give the rows that nobody put on the order since those lines were seen: a second press finds the first one's."""
    there = Counter(_same(line.variant_id, line.title, line) for line in order.lines if line.id not in seen)
    left = []
    for row in rows:
        same = _same(row.variant_id, row.title, row)
        if there[same]:
            there[same] -= 1
        else:
            left.append(row)
    return left


def _same(variant_id: int | None, title: str, line: Row | OrderLine) -> tuple[int | str, int, int]:
    return variant_id or title, line.price, line.quantity


def _line(row: Row, variant: Variant | None) -> DraftLine:
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
