"""What waits to be done, and what came in last."""

from dataclasses import dataclass

from sqlalchemy import select

from shop.catalogue.models.product import StockState
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.lists import counts
from shop.orders.models.order import Order
from shop.stock import queries

NEWEST = 6


@dataclass(frozen=True)
class ToDo:
    """How much waits to be done; `low` and `out` are variants of active products."""

    to_ship: counts.RowCount
    to_pay: counts.RowCount
    low: counts.RowCount
    out: counts.RowCount


def to_do() -> ToDo:
    """Count what waits, each up to listing.MOST_COUNTED; one statement."""
    found = counts.count_each(
        {
            "to_ship": select(Order.id).where(Order.is_to_ship.is_(True)),
            "to_pay": select(Order.id).where(Order.is_to_pay.is_(True)),
            "low": queries.select_ids_in_state(StockState.LOW),
            "out": queries.select_ids_in_state(StockState.OUT),
        }
    )
    return ToDo(**found)


def newest_orders() -> list[tuple[Order, str]]:
    """Give the orders placed last, each with its customer's name, or nothing for one without a customer."""
    query = select(Order, Customer.name).outerjoin(Customer, Customer.id == Order.customer_id)
    found = db.session.execute(query.order_by(Order.placed_at.desc(), Order.id.desc()).limit(NEWEST))
    return [(order, name or "") for order, name in found]
