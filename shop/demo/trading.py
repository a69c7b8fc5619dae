"""Trading: the orders of the demo's year, each with what became of it, and settled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert

from shop import money
from shop.catalogue.product import Variant
from shop.customers.customer import Customer
from shop.demo.fates import Book, deal
from shop.demo.folk import STAFF
from shop.demo.stocking import amount
from shop.demo.year import Sale
from shop.extensions import db
from shop.orders import daybook, states, totals
from shop.orders.order import Order, OrderTag
from shop.orders.placing import UNSETTLED, DraftLine, line_of
from shop.orders.timeline import OrderEvent
from shop.settings.store import Store
from shop.tokens import new_id

POSTAGE, FREE_FROM = 490, 6000  # hundredths
CODE, PERCENT = "WELCOME10", 10
ARCHIVED_AFTER = timedelta(days=30)  # where an order is paid and sent
AT_ONCE = 200


def trade(
    sales: Sequence[Sale], variants: Sequence[Variant], customers: Sequence[Customer], *, shop: Store, now: datetime
) -> Book:
    """Write the orders of sales, oldest first, and all that became of them. Gives what stock it moved."""
    book = Book()
    for first in range(0, len(sales), AT_ONCE):
        batch = sales[first : first + AT_ONCE]
        orders = [_order(sale, variants, customers, shop) for sale in batch]
        db.session.add_all(orders)
        db.session.flush()
        for sale, order in zip(batch, orders, strict=True):
            deal(order, sale, book)
        db.session.flush()
        _settle(orders, now)
    db.session.execute(insert(OrderEvent), book.timeline())
    for customer in customers:
        states.tally(customer.id)
    daybook.rebuild()
    return book


def _order(sale: Sale, variants: Sequence[Variant], customers: Sequence[Customer], shop: Store) -> Order:
    buyer = customers[sale.buyer] if sale.buyer is not None else None
    address = dict(buyer.addresses[0].fields) if buyer else {}
    lines = [_draft(variants[place], units) for place, units in sale.goods]
    worth = sum(line.price * line.quantity for line in lines)
    is_free = sale.is_stall or worth >= amount(FREE_FROM, shop.currency)
    shop.last_order_number += 1
    order = Order(
        number=shop.last_order_number,
        key=new_id(),
        customer_id=buyer.id if buyer else None,
        email=buyer.email if buyer else "",
        placed_at=sale.at,
        placed_by=STAFF[shop.last_order_number % len(STAFF)],
        currency=shop.currency,
        prices_include_tax=shop.prices_include_tax,
        tax_rate=shop.tax_rate,
        shipping=0 if is_free else amount(POSTAGE, shop.currency),
        shipping_method="" if sale.is_stall else "Parcel",
        discount=money.share(worth, PERCENT, 100) if sale.has_code else 0,
        discount_code=CODE if sale.has_code else "",
        note="Please wrap as a gift." if shop.last_order_number % 17 == 0 else "",
        billing=address,
        delivery=address,
        cancelled_at=sale.cancelled_at,
        lines=[line_of(line, position) for position, line in enumerate(lines)],
        tag_rows=[OrderTag(tag=tag) for tag in _tags(sale, shop.last_order_number)],
        **{**UNSETTLED, "cancel_reason": _reason(sale)},
    )
    _sum_up(order)
    return order


def _draft(variant: Variant, units: int) -> DraftLine:
    return DraftLine(
        variant_id=variant.id,
        title=variant.product.title,
        variant_title=variant.title,
        sku=variant.sku,
        price=variant.price,
        quantity=units,
        taxable=variant.taxable,
        requires_shipping=variant.requires_shipping,
        product_id=variant.product_id,
    )


def _tags(sale: Sale, number: int) -> list[str]:
    return ["market stall"] if sale.is_stall else ["gift"] if number % 17 == 0 else []


def _reason(sale: Sale) -> str:
    if not sale.cancelled_at:
        return ""
    return "The customer changed their mind" if sale.paid_at else "Not paid"


def _sum_up(order: Order) -> None:
    summed = totals.compute(
        order.lines,
        shipping=order.shipping,
        discount=order.discount,
        prices_include_tax=order.prices_include_tax,
        tax_rate=order.tax_rate,
    )
    order.subtotal, order.tax, order.total = summed.subtotal, summed.tax, summed.total
    order.units = sum(line.quantity for line in order.lines)


def _settle(orders: Sequence[Order], now: datetime) -> None:
    """Write what orders cache, by the definitions of states.py; its settle() would ask the database of each alone."""
    known = states.facts_of(orders)
    for order in orders:
        facts = known[order.id]
        order.paid, order.refunded, order.credited = facts.paid, facts.refunded, facts.credited
        order.payment_state = states.payment_state_of(facts)
        order.fulfilment_state = states.fulfilment_state_of(facts)
        if facts.to_ship == facts.outstanding == 0 and now - order.placed_at > ARCHIVED_AFTER:
            order.archived_at = order.placed_at + ARCHIVED_AFTER
        order.status = states.status_of(order)
        order.is_to_ship = facts.to_ship > 0
        order.is_to_pay = facts.outstanding > 0
    db.session.flush()
