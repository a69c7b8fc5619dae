"""The orders of an account: those with the email address that its person has proven to own."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.lists import filtered_query, pagination, sort
from shop.lists.filtered_query import Filter
from shop.lists.pages import Page, PageRef
from shop.orders.models.order import Order

NEWEST = sort.Sort(Order.id, descending=True)
PAGE_SIZE = 20


def list_orders(address: str, at: PageRef) -> Page:
    """Return a page of the orders of an address, newest first."""
    which = _belongs_to(address)
    found = filtered_query.apply_filters(
        select(Order), Order, NEWEST, [Filter(which, ids=select(Order.id).where(which))]
    )
    return pagination.load_page(found, at, size=PAGE_SIZE)


def find_order(address: str, number: int) -> Order | None:
    """Return an order with its lines if it belongs to an address. Another person's order is treated as missing."""
    query = select(Order).where(Order.number == number, _belongs_to(address)).options(selectinload(Order.lines))
    return db.session.scalar(query)


def _belongs_to(address: str) -> ColumnElement[bool]:
    """Return the SQL condition for the orders of an address.

    An erased customer has none, here or in the customers' list. Both rooms store addresses in the spelling that a
    sign-in uses. The customer ids are fetched first: with a few ids the database uses an index on orders, and with a
    nested subquery it does not.
    """
    theirs = db.session.scalars(select(Customer.id).where(Customer.email == address)).all()
    return or_(Order.email == address, Order.customer_id.in_(theirs))
