"""Buying: the orders of a customer, for the room of customers, which may not know this one."""

from collections.abc import Sequence

from sqlalchemy import select

from shop.extensions import db
from shop.orders.order import Order


def newest(customer_id: int, most: int) -> Sequence[Order]:
    """Give a customer's newest orders, at most so many."""
    query = select(Order).where(Order.customer_id == customer_id).order_by(Order.id.desc()).limit(most)
    return db.session.scalars(query).all()


def hold(customer_ids: Sequence[int]) -> None:
    """Hold all orders of some customers until the transaction ends, as everybody who counts them anew does first."""
    theirs = select(Order.id).where(Order.customer_id.in_(customer_ids)).order_by(Order.id).with_for_update()
    db.session.execute(theirs).all()
