"""Finding orders: by their number, or a part of those that fit what is looked for; and how many they are."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from shop import ids, listing
from shop.customers.customer import Customer
from shop.extensions import db
from shop.listing import Count, Filter, Page
from shop.orders.filters import Tab, Wanted, filters, of_tab
from shop.orders.order import Order
from shop.settings import store

MOST_NAMED = 5  # numbers of orders that are read from one text
FEWER = 4  # times listing.FEW: an order is wide, and dear to meet in vain while walking


def find(number: int) -> Order | None:
    """Give the order of a public number."""
    return db.session.scalar(select(Order).where(Order.number == number))


def find_typed(text: str) -> Order | None:
    """Give the order whose number was typed: alone, or among other words with the prefix, a # or "order" before it.

    In any case, with or without space; nothing where several are named.
    """
    typed, prefix = _plain(text), _plain(store.current().order_prefix)
    if number := ids.read("".join(typed.split()).removeprefix("".join(prefix.split())).removeprefix("#")):
        return find(number)
    marks = "|".join(re.escape(one) for one in {prefix, "#", "order"} if one)
    named = ids.read_all(re.findall(rf"(?<!\w)(?:{marks})\s*#?\s*([0-9]+)(?!\w)", typed))
    return find(named[0]) if len(named) == 1 else None


def named(text: str) -> list[Order]:
    """Give the orders whose numbers are words of a text, in its order."""
    numbers = ids.read_all(one.strip("#.,;:") for one in text.split())[:MOST_NAMED]
    found = {one.number: one for one in db.session.scalars(select(Order).where(Order.number.in_(numbers)))}
    return [found[one] for one in numbers if one in found]


def neighbours(number: int) -> tuple[int | None, int | None]:
    """Give the numbers of the orders before and after one."""
    before = select(func.max(Order.number)).where(Order.number < number).scalar_subquery()
    after = select(func.min(Order.number)).where(Order.number > number).scalar_subquery()
    earlier, later = db.session.execute(select(before, after)).one()
    return earlier, later


def listed(wanted: Wanted, *, after: str = "", before: str = "") -> tuple[Page, Count | None]:
    """Give a part of the list with its orders' tags, and how many fit: None where counting would be a long walk."""
    found = _settled(filters(wanted))
    query = listing.narrow(select(Order), Order, wanted.order, found).options(selectinload(Order.tag_rows))
    return listing.page(query, Order, wanted.order, after=after, before=before), _count(query, found)


def fitting(wanted: Wanted, most: int) -> list[int]:
    """Give the ids of what fits, at most so many, newest first."""
    by = listing.Order(Order.id, descending=True)
    query = listing.narrow(select(Order.id), Order, by, _settled(filters(wanted)))
    return list(db.session.scalars(query.order_by(Order.id.desc()).limit(most)))


def ids_of(numbers: Sequence[int]) -> list[int]:
    """Give the ids of the orders of these numbers."""
    return list(db.session.scalars(select(Order.id).where(Order.number.in_(numbers)).order_by(Order.id)))


def counts() -> dict[Tab, Count]:
    """Count each tab."""
    return {tab: listing.count(select(Order.id).where(*(one.fits for one in of_tab(tab)))) for tab in Tab}


def customers_of(orders: Sequence[Order]) -> dict[int, str]:
    """Give the names of some orders' customers, by their id."""
    query = select(Customer.id, Customer.name).where(Customer.id.in_({order.customer_id for order in orders} - {None}))
    return {row.id: row.name for row in db.session.execute(query)}


def customer_name(customer_id: int) -> str:
    """Give a customer's name, or their number where there is none."""
    return db.session.scalar(select(Customer.name).where(Customer.id == customer_id)) or f"number {customer_id}"


def _settled(found: list[Filter]) -> list[Filter]:
    """Read the ids of the filters that few orders fit; one short statement for each that has an index."""
    settled = []
    for one in found:
        few = FEWER * listing.FEW
        ids = db.session.scalars(one.ids.limit(few + 1)).all() if isinstance(one.ids, Select) else one.ids
        settled.append(one if ids is None or len(ids) > few else replace(one, ids=ids))
    return settled


def _count(query: Select[Any], settled: list[Filter]) -> Count | None:
    if len(settled) == 1 and isinstance(settled[0].ids, Select):
        return _count_of(settled[0].ids)
    is_short = not settled or any(isinstance(one.ids, Sequence) for one in settled)
    return listing.count(query) if is_short else None


def _count_of(ids: Select[Any]) -> Count:
    """Count the orders that an index names; one that it names twice is counted once."""
    within = ids.limit(listing.MOST_COUNTED + 1).subquery()
    read, found = db.session.execute(select(func.count(), func.count(within.c[0].distinct()))).one()
    return Count(min(found, listing.MOST_COUNTED), read > listing.MOST_COUNTED)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
