"""Queries for orders: by number, the list, and counts."""

import re
import unicodedata
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from shop import ids
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.lists import cursor, filtered_query, pagination, sort
from shop.lists.counts import RowCount, count_each
from shop.lists.pages import Page, PageRef
from shop.orders.filters import OrderCriteria, Tab, build_conditions, tab_conditions
from shop.orders.models.order import Order
from shop.settings import store

MOST_NAMED = 5  # numbers of orders that are read from one text


def find_by_number(number: int) -> Order | None:
    """Return the order of a public number."""
    return db.session.scalar(select(Order).where(Order.number == number))


def find_by_typed_number(text: str) -> Order | None:
    """Return the order whose number was typed: alone, or among other words with the prefix, a # or "order" before it.

    Case and spaces do not matter; None where several are named.
    """
    typed, prefix = _plain(text), _plain(store.get_store().order_prefix)
    if number := ids.parse_id("".join(typed.split()).removeprefix("".join(prefix.split())).removeprefix("#")):
        return find_by_number(number)
    marks = "|".join(re.escape(one) for one in {prefix, "#", "order"} if one)
    named = ids.parse_ids(re.findall(rf"(?<!\w)(?:{marks})\s*#?\s*([0-9]+)(?!\w)", typed))
    return find_by_number(named[0]) if len(named) == 1 else None


def list_named(text: str) -> list[Order]:
    """Return the orders whose numbers are words of a text, in its order."""
    numbers = ids.parse_ids(one.strip("#.,;:") for one in text.split())[:MOST_NAMED]
    found = {one.number: one for one in db.session.scalars(select(Order).where(Order.number.in_(numbers)))}
    return [found[one] for one in numbers if one in found]


def find_neighbors(number: int) -> tuple[int | None, int | None]:
    """Return the numbers of the orders before and after one."""
    before = select(func.max(Order.number)).where(Order.number < number).scalar_subquery()
    after = select(func.min(Order.number)).where(Order.number > number).scalar_subquery()
    earlier, later = db.session.execute(select(before, after)).one()
    return earlier, later


def list_orders(criteria: OrderCriteria, at: PageRef | None = None) -> Page:
    """Return a part of the list, with its orders' tags."""
    rows = select(Order).options(selectinload(Order.tag_rows))
    query = filtered_query.apply_filters(rows, Order, criteria.order, build_conditions(criteria))
    return pagination.load_page(query, at)


def list_first(criteria: OrderCriteria, most: int) -> list[Order]:
    """Return the first of the list, at most so many, uncounted and without their tags."""
    return pagination.load_first_rows(
        filtered_query.apply_filters(select(Order), Order, criteria.order, build_conditions(criteria)), most
    )


def list_matching_ids(criteria: OrderCriteria, most: int) -> list[int]:
    """Return the ids of the orders that match, at most so many, newest first."""
    found = filtered_query.apply_filters(
        select(Order.id), Order, sort.Sort(Order.id, descending=True), build_conditions(criteria)
    )
    return list(db.session.scalars(cursor.ids_in_order(found.query, found).limit(most)))


def list_ids(numbers: Sequence[int]) -> list[int]:
    """Return the ids of the orders of these numbers."""
    return list(db.session.scalars(select(Order.id).where(Order.number.in_(numbers)).order_by(Order.id)))


def count_tabs() -> dict[Tab, RowCount]:
    """Return how many orders each tab has."""
    return count_each({tab: select(Order.id).where(*(one.condition for one in tab_conditions(tab))) for tab in Tab})


def get_customer_names(orders: Sequence[Order]) -> dict[int, str]:
    """Return the names of some orders' customers, by their id."""
    query = select(Customer.id, Customer.name).where(Customer.id.in_({order.customer_id for order in orders} - {None}))
    return {row.id: row.name for row in db.session.execute(query)}


def get_customer_name(customer_id: int) -> str:
    """Return a customer's name, or their number where they have none."""
    return db.session.scalar(select(Customer.name).where(Customer.id == customer_id)) or _(
        "no. %(number)s", number=customer_id
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def find_locked(order_id: int) -> Order | None:
    """Return an order with its lines as they are now, locked until this transaction ends; None without one."""
    return _find_locked(Order.id == order_id)


def find_locked_by_number(number: int) -> Order | None:
    """Return the same by the order's number."""
    return _find_locked(Order.number == number)


def _find_locked(condition: ColumnElement[bool]) -> Order | None:
    """Return the locked order of which a condition is true.

    Every rule that changes an order takes one from here. Lock order, which prevents deadlocks: store (creation only),
    order, products and variants (stock's locks), customer, daily sales, end of the audit log.
    """
    return db.session.scalar(
        select(Order)
        .where(condition)
        .options(selectinload(Order.lines))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_customer(customer_id: int | None) -> Customer | None:
    """Return a customer with their addresses, unless there is none or they were erased."""
    query = select(Customer).where(Customer.id == customer_id, Customer.erased_at.is_(None))
    return db.session.scalar(query.options(selectinload(Customer.addresses))) if customer_id else None


def lock_orders(order_ids: Sequence[int]) -> list[int]:
    """Lock orders until this transaction ends, always in the same order, which prevents deadlocks."""
    query = select(Order.id).where(Order.id.in_(order_ids)).order_by(Order.id).with_for_update()
    return list(db.session.scalars(query))


def list_by_numbers(numbers: Sequence[int]) -> list[Order]:
    """Return the orders of these numbers with their lines, by number; numbers without an order are left out."""
    query = select(Order).where(Order.number.in_(numbers)).order_by(Order.number)
    return list(db.session.scalars(query.options(selectinload(Order.lines))))


def list_numbers(order_ids: Sequence[int]) -> list[int]:
    """Return the numbers of orders, smallest first."""
    return list(db.session.scalars(select(Order.number).where(Order.id.in_(order_ids)).order_by(Order.number)))
