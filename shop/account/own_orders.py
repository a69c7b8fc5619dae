"""The orders of an account: those with the email address that its person has proven to hold."""

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
    """Give a part of the orders of an address, newest first."""
    which = _belongs_to(address)
    found = filtered_query.apply_filters(
        select(Order), Order, NEWEST, [Filter(which, ids=select(Order.id).where(which))]
    )
    return pagination.load_page(found, at, size=PAGE_SIZE)


def find_order(address: str, number: int) -> Order | None:
    """Give an order with its lines if it belongs to an address; another's is as if it were not there."""
    query = select(Order).where(Order.number == number, _belongs_to(address)).options(selectinload(Order.lines))
    return db.session.scalar(query)


def _belongs_to(address: str) -> ColumnElement[bool]:
    """Say in SQL which orders are an address's own; who was erased has none, here or in the customers' list.

    Both rooms keep addresses in the one spelling that a sign-in has. The customers are read first: an index finds the
    orders of a few numbers, and none those of a question inside the question.
    """
    theirs = db.session.scalars(select(Customer.id).where(Customer.email == address)).all()
    return or_(Order.email == address, Order.customer_id.in_(theirs))
