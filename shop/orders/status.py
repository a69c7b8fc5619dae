"""Payment and fulfilment state of an order, computed from its rows and cached; never set by hand."""

from sqlalchemy import func, select

from shop.customers import cached_columns
from shop.extensions import db
from shop.orders import daily_sales, totals
from shop.orders.balance import OrderBalance as Facts
from shop.orders.balance import load_balance as facts
from shop.orders.models.order import FulfilmentState, Order, OrderStatus, PaymentState
from shop.settings import store


def payment_state_of(facts: Facts) -> PaymentState:
    """Return what has been paid: the only definition."""
    if facts.paid > 0 and facts.refundable == 0 and facts.outstanding == 0:
        return PaymentState.REFUNDED
    if facts.refunded > 0:
        return PaymentState.PARTLY_REFUNDED
    if facts.paid == 0 and (facts.is_cancelled or (facts.credited > 0 and facts.due == 0)):
        return PaymentState.VOIDED
    if facts.outstanding == 0:
        return PaymentState.PAID
    return PaymentState.PENDING if facts.paid == 0 else PaymentState.PARTLY_PAID


def fulfilment_state_of(facts: Facts) -> FulfilmentState:
    """Return what has been shipped: the only definition."""
    if facts.to_ship == 0:
        return FulfilmentState.FULFILLED if facts.shipped else FulfilmentState.RESTOCKED
    return FulfilmentState.PARTIAL if facts.shipped else FulfilmentState.UNFULFILLED


def status_of(order: Order) -> OrderStatus:
    """Return whether an order is open. A cancelled one stays cancelled when it is archived."""
    if order.cancelled_at:
        return OrderStatus.CANCELLED
    return OrderStatus.ARCHIVED if order.archived_at else OrderStatus.OPEN


def recalculate(order: Order) -> Facts:
    """Update everything that is cached of an order's rows: in it, its customer, its days. Returns its balance."""
    summed = totals.compute(
        order.lines,
        shipping=order.shipping,
        discount=order.discount,
        prices_include_tax=order.prices_include_tax,
        tax_rate=order.tax_rate,
    )
    order.subtotal, order.discount = summed.subtotal, summed.discount
    order.tax, order.total = summed.tax, summed.total
    db.session.flush()
    known = facts(order)
    order.paid, order.refunded, order.credited = known.paid, known.refunded, known.credited
    order.units = sum(line.quantity for line in order.lines)
    order.status = status_of(order)
    order.payment_state = payment_state_of(known)
    order.fulfilment_state = fulfilment_state_of(known)
    order.is_to_ship = known.to_ship > 0  # archived ones, too: they are still owed
    order.is_to_pay = known.outstanding > 0
    db.session.flush()
    if order.customer_id:
        update_customer_totals(order.customer_id)
    daily_sales.recount_order(order)
    return known


def update_customer_totals(customer_id: int) -> None:
    """Update the totals of a customer: number of orders, and money paid and not refunded, cancelled orders included."""
    rows = db.session.execute(
        select(Order.currency, func.count(), func.sum(Order.paid - Order.refunded), func.max(Order.placed_at))
        .where(Order.customer_id == customer_id)
        .group_by(Order.currency)
    ).all()
    cached_columns.update_order_totals(
        customer_id,
        orders=sum(number for _, number, _, _ in rows),
        spent={currency: int(spent) for currency, _, spent, _ in rows},
        last_order_at=max((last for _, _, _, last in rows), default=None),
        currency=store.get_store().currency,
    )
