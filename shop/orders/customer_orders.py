"""Orders of one customer: list the newest, lock them, and move them to another customer."""

from collections.abc import Sequence

from sqlalchemy import select, update

from shop.extensions import db
from shop.orders import status
from shop.orders.models.order import Order


def list_newest(customer_id: int, most: int) -> Sequence[Order]:
    """Return a customer's newest orders, at most so many."""
    query = select(Order).where(Order.customer_id == customer_id).order_by(Order.id.desc()).limit(most)
    return db.session.scalars(query).all()


def lock_orders_of(customer_ids: Sequence[int]) -> None:
    """Lock all orders of some customers until the transaction ends, as everything that recounts them does first."""
    theirs = select(Order.id).where(Order.customer_id.in_(customer_ids)).order_by(Order.id).with_for_update()
    db.session.execute(theirs).all()


def move_orders(from_customer: int, to_customer: int) -> None:
    """Move all orders of one customer to another, and update the totals of both."""
    db.session.execute(
        update(Order)
        .where(Order.customer_id == from_customer)
        .values(customer_id=to_customer)
        .execution_options(synchronize_session="fetch")
    )
    for customer_id in (from_customer, to_customer):
        status.update_customer_totals(customer_id)
