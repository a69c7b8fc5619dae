"""The orders of the demo's year, each with its history, and recalculated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, insert, select

from shop import money
from shop.catalogue.models.product import Variant
from shop.customers.models.customer import Customer
from shop.demo import stock
from shop.demo.catalogue import to_minor_units
from shop.demo.order_history import PendingRows, write_history
from shop.demo.random_customers import STAFF
from shop.demo.random_sales import Sale
from shop.demo.stock import StockChange
from shop.extensions import db
from shop.orders import balance, daily_sales, status, totals
from shop.orders.creation import INITIAL_VALUES, make_line
from shop.orders.drafts import DraftLine
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order, OrderTag
from shop.settings.models.store import Store
from shop.tokens import new_id

POSTAGE, FREE_FROM = 490, 6000  # hundredths
CODE, PERCENT = "WELCOME10", 10
ARCHIVED_AFTER = timedelta(days=30)  # once an order is paid and shipped
WEEK = timedelta(days=7)
UNTOUCHED_COLUMNS = ("version", "status", "paid", "refunded", "credited", "fulfilment_state", "customer_id")


@dataclass
class OrderWriter:
    """Writes the orders of the demo's year week by week. After each week the shop is consistent, and as it was then.

    Records that a person changed or removed in between are left alone.
    """

    sales: Sequence[Sale]
    variants: Sequence[Variant]
    customers: Sequence[Customer]
    deliveries: dict[int, list[StockChange]]
    now: datetime
    orders: dict[int, Order] = field(default_factory=dict)

    def weeks(self, begun: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the weeks from a moment until now, as (start, end)."""
        while begun < self.now:
            yield begun, begun + WEEK
            begun += WEEK

    def tell(self, begun: datetime, until: datetime, shop: Store) -> None:
        """Write all events of orders in a week, and the deliveries. The shop's row is locked."""
        book = PendingRows()
        told = self._orders_of(begun, until, shop)
        for place, order in told.items():
            write_history(order, self.sales[place], book, begun, until)
        db.session.flush()
        orders = list(told.values())
        _recalculate(orders, self.now)
        if events := book.timeline():
            db.session.execute(insert(OrderEvent), events)
        self._move(book, orders, begun, until)
        for customer_id in sorted({order.customer_id for order in orders if order.customer_id}):
            status.update_customer_totals(customer_id)
        days = {shop.day_of(at) for place in told for at in self.sales[place].moments if at < until}
        daily_sales.recount_days(days, [shop.currency])

    def _orders_of(self, begun: datetime, until: datetime, shop: Store) -> dict[int, Order]:
        """Return the orders with events in that time, by the indexes of their sales; new ones are written."""
        due = [place for place, sale in enumerate(self.sales) if any(begun <= at < until for at in sale.moments)]
        untouched = _untouched([self.orders[place] for place in due if place in self.orders])
        told = {place: self.orders[place] for place in due if place in self.orders and self.orders[place] in untouched}
        variants, buyers = _ids(Variant), _ids(Customer, Customer.erased_at.is_(None))
        for place in due:
            sale = self.sales[place]
            is_buyer_there = sale.buyer is None or self.customers[sale.buyer].id in buyers
            are_goods_there = all(self.variants[one].id in variants for one, _ in sale.goods)
            if begun <= sale.at < until and is_buyer_there and are_goods_there:
                told[place] = self.orders[place] = _order(sale, self.variants, self.customers, shop)
        db.session.add_all(told.values())
        db.session.flush()
        return told

    def _move(self, book: PendingRows, orders: Sequence[Order], begun: datetime, until: datetime) -> None:
        changes = book.changes()
        for variant_id, deliveries in self.deliveries.items():
            if due := [one for one in deliveries if begun <= one.at < until]:
                changes.setdefault(variant_id, []).extend(due)
        promised = {line.variant_id for order in orders for line in order.lines if line.variant_id}
        stock.record_changes(changes, promised | changes.keys())


def _ids(model: type[Variant | Customer], *which: ColumnElement[bool]) -> set[int]:
    return set(db.session.scalars(select(model.id).where(*which)))


def _untouched(orders: Sequence[Order]) -> set[Order]:
    """Lock orders, and return those that no person has changed."""
    columns = [getattr(Order, name) for name in UNTOUCHED_COLUMNS]
    query = select(Order.id, *columns).where(Order.id.in_([order.id for order in orders])).order_by(Order.id)
    now = {row[0]: tuple(row[1:]) for row in db.session.execute(query.with_for_update())}
    return {order for order in orders if now.get(order.id) == tuple(getattr(order, name) for name in UNTOUCHED_COLUMNS)}


def _order(sale: Sale, variants: Sequence[Variant], customers: Sequence[Customer], shop: Store) -> Order:
    buyer = customers[sale.buyer] if sale.buyer is not None else None
    address = dict(buyer.addresses[0].fields) if buyer else {}
    lines = [_draft(variants[place], units) for place, units in sale.goods]
    worth = sum(line.price * line.quantity for line in lines)
    is_free = sale.is_stall or worth >= to_minor_units(FREE_FROM, shop.currency)
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
        shipping=0 if is_free else to_minor_units(POSTAGE, shop.currency),
        shipping_method="" if sale.is_stall else "Standard shipping",
        discount=money.prorate(worth, PERCENT, 100) if sale.has_code else 0,
        discount_code=CODE if sale.has_code else "",
        note="Please wrap as a gift." if shop.last_order_number % 17 == 0 else "",
        billing=address,
        delivery=address,
        lines=[make_line(line, position) for position, line in enumerate(lines)],
        tag_rows=[OrderTag(tag=tag) for tag in _tags(sale, shop.last_order_number)],
        **INITIAL_VALUES,
    )
    _compute_totals(order)
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


def _compute_totals(order: Order) -> None:
    summed = totals.compute(
        order.lines,
        shipping=order.shipping,
        discount=order.discount,
        prices_include_tax=order.prices_include_tax,
        tax_rate=order.tax_rate,
    )
    order.subtotal, order.tax, order.total = summed.subtotal, summed.tax, summed.total
    order.units = sum(line.quantity for line in order.lines)


def _recalculate(orders: Sequence[Order], now: datetime) -> None:
    """Write the cached columns of orders, as status.py defines them. Its recalculate() would query once per order."""
    known = balance.load_balances(orders)
    for order in orders:
        facts = known[order.id]
        order.paid, order.refunded, order.credited = facts.paid, facts.refunded, facts.credited
        order.payment_state = status.payment_state_of(facts)
        order.fulfilment_state = status.fulfilment_state_of(facts)
        if facts.to_ship == facts.outstanding == 0 and now - order.placed_at > ARCHIVED_AFTER:
            order.archived_at = order.placed_at + ARCHIVED_AFTER
        order.status = status.status_of(order)
        order.is_to_ship = facts.to_ship > 0
        order.is_to_pay = facts.outstanding > 0
    db.session.flush()
