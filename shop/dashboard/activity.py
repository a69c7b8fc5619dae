"""Recent activity: what the staff did last, as sentences, and the newest orders."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from shop.audit.event_text import actor_name
from shop.audit.models.entry import Entry
from shop.audit.queries import list_newest
from shop.catalogue.models.product import Product, Variant
from shop.customers.models.customer import Customer
from shop.dashboard.activity_text import EVENTS, describe
from shop.extensions import db
from shop.orders.models.order import Order
from shop.settings.models.store import Store

MAX_ACTIVITIES = 10
MAX_ENTRIES_SCANNED = 2000  # newest entries; sign-ins are among them
MAX_NEWEST_ORDERS = 6


@dataclass(frozen=True)
class Activity:
    """Something that a person did."""

    at: datetime
    by: str
    words: str


def list_recent(store: Store) -> list[Activity]:
    """Return the latest activity in the store, newest first. Two statements."""
    # Entries are numbered without gaps. Without a bound, a database may read every entry of these events to sort them.
    lately = Entry.id > select(func.max(Entry.id) - MAX_ENTRIES_SCANNED).scalar_subquery()
    found = list_newest(lately, Entry.event.in_(EVENTS), most=MAX_ACTIVITIES)
    entries = [entry for entry in found if entry.is_readable]  # the log's own page names the unreadable ones
    titles = _titles({entry.details["variant"] for entry in entries if entry.event == "stock_adjusted"})
    return [
        Activity(
            entry.at,
            actor_name(entry.by),
            describe(entry.event, entry.details, store, titles.get(entry.details.get("variant", 0), "")),
        )
        for entry in entries
    ]


def _titles(variant_ids: set[int]) -> dict[int, str]:
    """Return the titles of variants, by id."""
    query = select(Variant, Product.title).join(Product, Product.id == Variant.product_id)
    found = db.session.execute(query.where(Variant.id.in_(variant_ids)))
    return {variant.id: " – ".join(filter(None, (title, variant.title))) for variant, title in found}


def list_newest_orders() -> list[tuple[Order, str]]:
    """Return the newest orders, each with its customer's name, or an empty text without a customer."""
    query = select(Order, Customer.name).outerjoin(Customer, Customer.id == Order.customer_id)
    found = db.session.execute(query.order_by(Order.placed_at.desc(), Order.id.desc()).limit(MAX_NEWEST_ORDERS))
    return [(order, name or "") for order, name in found]
