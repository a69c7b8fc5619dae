"""Finding orders: by their number, or a part of those that fit what is looked for; and how many they are."""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from shop import ids
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.lists import cursor, filtered_query, pagination, sort
from shop.lists.counts import RowCount, count_each
from shop.lists.pages import Page, PageRef
from shop.orders.filters import Tab, Wanted, filters, of_tab
from shop.orders.order import Order
from shop.settings import store

MOST_NAMED = 5  # numbers of orders that are read from one text


def find(number: int) -> Order | None:
    """Give the order of a public number."""
    return db.session.scalar(select(Order).where(Order.number == number))


def find_typed(text: str) -> Order | None:
    """Give the order whose number was typed: alone, or among other words with the prefix, a # or "order" before it.

    In any case, with or without space; nothing where several are named.
    """
    typed, prefix = _plain(text), _plain(store.get_store().order_prefix)
    if number := ids.parse_id("".join(typed.split()).removeprefix("".join(prefix.split())).removeprefix("#")):
        return find(number)
    marks = "|".join(re.escape(one) for one in {prefix, "#", "order"} if one)
    named = ids.parse_ids(re.findall(rf"(?<!\w)(?:{marks})\s*#?\s*([0-9]+)(?!\w)", typed))
    return find(named[0]) if len(named) == 1 else None


def named(text: str) -> list[Order]:
    """Give the orders whose numbers are words of a text, in its order."""
    numbers = ids.parse_ids(one.strip("#.,;:") for one in text.split())[:MOST_NAMED]
    found = {one.number: one for one in db.session.scalars(select(Order).where(Order.number.in_(numbers)))}
    return [found[one] for one in numbers if one in found]


def neighbours(number: int) -> tuple[int | None, int | None]:
    """Give the numbers of the orders before and after one."""
    before = select(func.max(Order.number)).where(Order.number < number).scalar_subquery()
    after = select(func.min(Order.number)).where(Order.number > number).scalar_subquery()
    earlier, later = db.session.execute(select(before, after)).one()
    return earlier, later


def listed(wanted: Wanted, at: PageRef | None = None) -> Page:
    """Give a part of the list, with its orders' tags."""
    query = select(Order).options(selectinload(Order.tag_rows))
    return pagination.load_page(filtered_query.apply_filters(query, Order, wanted.order, filters(wanted)), at)


def first(wanted: Wanted, most: int) -> list[Order]:
    """Give the first of the list, at most so many, uncounted and without their tags."""
    return pagination.load_first_rows(
        filtered_query.apply_filters(select(Order), Order, wanted.order, filters(wanted)), most
    )


def fitting(wanted: Wanted, most: int) -> list[int]:
    """Give the ids of what fits, at most so many, newest first."""
    found = filtered_query.apply_filters(select(Order.id), Order, sort.Sort(Order.id, descending=True), filters(wanted))
    return list(db.session.scalars(cursor.ids_in_order(found.query, found).limit(most)))


def ids_of(numbers: Sequence[int]) -> list[int]:
    """Give the ids of the orders of these numbers."""
    return list(db.session.scalars(select(Order.id).where(Order.number.in_(numbers)).order_by(Order.id)))


def counts() -> dict[Tab, RowCount]:
    """Count each tab."""
    return count_each({tab: select(Order.id).where(*(one.fits for one in of_tab(tab))) for tab in Tab})


def customers_of(orders: Sequence[Order]) -> dict[int, str]:
    """Give the names of some orders' customers, by their id."""
    query = select(Customer.id, Customer.name).where(Customer.id.in_({order.customer_id for order in orders} - {None}))
    return {row.id: row.name for row in db.session.execute(query)}


def customer_name(customer_id: int) -> str:
    """Give a customer's name, or their number where there is none."""
    return db.session.scalar(select(Customer.name).where(Customer.id == customer_id)) or f"number {customer_id}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
