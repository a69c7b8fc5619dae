"""Rows of a past without rules: orders and refunds at any moment, with only their totals."""

from itertools import count

from shop.extensions import db
from shop.orders import daily_sales
from shop.orders.models.order import FulfilmentState, Order, OrderLine, OrderStatus, PaymentState
from shop.orders.models.refund import Refund
from shop.settings import store
from tests.sample_people import STAFF

numbers = count(5001)


def add_order(at, total, *, currency="EUR", cancelled_at=None, product_id=None, **values):
    """Add an order of one line to the current transaction."""
    number = next(numbers)
    order = Order(
        number=number,
        key=f"past-{number}",
        customer_id=None,
        email="",
        placed_at=at,
        placed_by=STAFF,
        currency=currency,
        prices_include_tax=True,
        tax_rate=0,
        shipping=0,
        shipping_method="",
        discount=0,
        discount_code="",
        note="",
        billing={},
        delivery={},
        cancelled_at=cancelled_at,
        cancel_reason="",
        version=1,
        subtotal=total,
        tax=0,
        total=total,
        paid=total,
        refunded=0,
        credited=0,
        units=1,
        status=OrderStatus.CANCELLED if cancelled_at else OrderStatus.OPEN,
        payment_state=PaymentState.PAID,
        fulfilment_state=FulfilmentState.UNFULFILLED,
        is_to_ship=values.pop("is_to_ship", False),
        is_to_pay=values.pop("is_to_pay", False),
    )
    order.lines = [
        OrderLine(
            position=0,
            product_id=product_id,
            title="Mug",
            variant_title="",
            sku="",
            price=total,
            quantity=1,
            taxable=True,
            requires_shipping=True,
            discount=0,
            tax=0,
        )
    ]
    db.session.add(order)
    db.session.flush()
    daily_sales.recount_order(order)
    return order


def add_refund(order, at, credit):
    """Add a refund to the current transaction."""
    number = next(numbers)
    refund = Refund(
        order_id=order.id, at=at, by=STAFF, amount=credit, shipping=0, credit=credit, reason="", key=f"past-{number}"
    )
    db.session.add(refund)
    db.session.flush()
    daily_sales.recount_order(order)
    return refund


def set_up_store(zone="UTC", currency="EUR"):
    """Set the store's time zone and currency."""
    shop = store.get_locked_store()
    shop.time_zone, shop.currency = zone, currency
    db.session.flush()
    return shop
