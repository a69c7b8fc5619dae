"""Recent activity: what the staff did in the store last, in words, and the newest orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from shop import money
from shop.audit.models.entry import Entry
from shop.audit.queries import list_newest
from shop.catalogue.models.product import Product, Variant
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders.models.order import Order
from shop.settings.models.store import Store

MAX_ACTIVITIES = 10
MAX_ENTRIES_SCANNED = 2000  # of the newest entries; who only signs in leaves some as well
SENTENCES = {
    "product_added": "Added the product {title}",
    "product_changed": "Changed the product {title}",
    "product_deleted": "Deleted the product {title}",
    "products_changed": "Products {what}: {number}",
    "picture_added": "Added a picture to a product",
    "picture_removed": "Removed a picture from a product",
    "stock_adjusted": "Stock of {variant_title} {delta:+}: {reason}",
    "stock_checked": "Checked the stock ledger: {differences} differences",
    "order_placed": "Created order {name}: {money}",
    "order_changed": "Edited order {name}",
    "order_paid": "Recorded a payment for order {name}: {money}",
    "order_shipped": "Shipped order {name}: {units} units",
    "order_refunded": "Refunded order {name}: {money}",
    "order_cancelled": "Cancelled order {name}",
    "orders_changed": "Orders {what}: {number}",
    "orders_printed": "Printed {what}: {number}",
    "customer_added": "Added a customer",
    "customer_changed": "Edited a customer",
    "customers_changed": "Customers {what}: {number}",
    "customers_merged": "Merged two customers",
    "customer_erased": "Erased a customer",
    "settings_changed": "Changed the settings: {fields}",
    "change_undone": "Took back: {what}",
    "demo_filled": "Filled the shop with the demo",
    "demo_emptied": "Removed the demo",
}


@dataclass(frozen=True)
class Activity:
    """One thing that somebody did."""

    at: datetime
    by: str
    words: str


def list_recent(store: Store) -> list[Activity]:
    """Give what was done in the store last, newest first; two statements."""
    # Entries are numbered without gaps. Without a bound, a database may read every entry of these events to sort them.
    lately = Entry.id > select(func.max(Entry.id) - MAX_ENTRIES_SCANNED).scalar_subquery()
    found = list_newest(lately, Entry.event.in_(SENTENCES), most=MAX_ACTIVITIES)
    entries = [entry for entry in found if entry.is_readable]  # the page of the log names the others
    titles = _titles({entry.details["variant"] for entry in entries if entry.event == "stock_adjusted"})
    return [Activity(entry.at, entry.by, _words(entry.event, entry.details, store, titles)) for entry in entries]


def _words(event: str, details: dict[str, Any], store: Store, titles: dict[int, str]) -> str:
    facts = dict(details)
    facts["name"] = f"{store.order_prefix}{details.get('order')}"
    facts["variant_title"] = titles.get(details.get("variant", 0), "a variant")
    facts["fields"] = ", ".join(sorted(details.get("changes", {}))).replace("_", " ")
    facts["what"] = str(details.get("what", "")).rstrip(".")
    amount = details.get("total" if event == "order_placed" else "amount")
    if "currency" in details and amount is not None:
        facts["money"] = money.format_money(amount, details["currency"], store.locale)
    return SENTENCES[event].format_map(facts)


def _titles(variant_ids: set[int]) -> dict[int, str]:
    """Give what variants are called, by id."""
    query = select(Variant, Product.title).join(Product, Product.id == Variant.product_id)
    found = db.session.execute(query.where(Variant.id.in_(variant_ids)))
    return {variant.id: " – ".join(filter(None, (title, variant.title))) for variant, title in found}


MAX_NEWEST_ORDERS = 6


def list_newest_orders() -> list[tuple[Order, str]]:
    """Give the orders placed last, each with its customer's name, or nothing for one without a customer."""
    query = select(Order, Customer.name).outerjoin(Customer, Customer.id == Order.customer_id)
    found = db.session.execute(query.order_by(Order.placed_at.desc(), Order.id.desc()).limit(MAX_NEWEST_ORDERS))
    return [(order, name or "") for order, name in found]
