"""Recent activity: what the staff did last, as sentences, and the newest orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from shop import money
from shop.audit.event_text import actor_name
from shop.audit.models.entry import Entry
from shop.audit.queries import list_newest
from shop.catalogue.models.product import Product, Variant
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders.models.order import Order
from shop.settings.models.store import Store

MAX_ACTIVITIES = 10
MAX_ENTRIES_SCANNED = 2000  # newest entries; sign-ins are among them
SENTENCES = {
    "product_added": _l("Added the product %(title)s"),
    "product_changed": _l("Edited the product %(title)s"),
    "product_deleted": _l("Deleted the product %(title)s"),
    "products_changed": _l("Products %(what)s: %(number)s"),
    "picture_added": _l("Added a picture to a product"),
    "picture_removed": _l("Removed a picture from a product"),
    "stock_adjusted": _l("Stock of %(variant_title)s %(change)s: %(reason)s"),
    "stock_checked": _l("Verified stock; differences: %(differences)s"),
    "order_placed": _l("Created order %(name)s: %(money)s"),
    "order_changed": _l("Edited order %(name)s"),
    "order_paid": _l("Recorded a payment for order %(name)s: %(money)s"),
    "order_shipped": _l("Shipped order %(name)s; units: %(units)s"),
    "order_refunded": _l("Refunded order %(name)s: %(money)s"),
    "order_cancelled": _l("Cancelled order %(name)s"),
    "orders_changed": _l("Orders %(what)s: %(number)s"),
    "orders_printed": _l("Printed %(what)s: %(number)s"),
    "customer_added": _l("Added a customer"),
    "customer_changed": _l("Edited a customer"),
    "customers_changed": _l("Customers %(what)s: %(number)s"),
    "customers_merged": _l("Merged two customers"),
    "customer_erased": _l("Erased a customer"),
    "settings_changed": _l("Changed the settings: %(fields)s"),
    "change_undone": _l("Undid: %(what)s"),
    "demo_filled": _l("Filled the shop with the demo"),
    "demo_emptied": _l("Deleted the demo"),
}
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
    found = list_newest(lately, Entry.event.in_(SENTENCES), most=MAX_ACTIVITIES)
    entries = [entry for entry in found if entry.is_readable]  # the log's own page names the unreadable ones
    titles = _titles({entry.details["variant"] for entry in entries if entry.event == "stock_adjusted"})
    return [
        Activity(entry.at, actor_name(entry.by), _words(entry.event, entry.details, store, titles)) for entry in entries
    ]


def _words(event: str, details: dict[str, Any], store: Store, titles: dict[int, str]) -> str:
    facts = dict(details)
    facts["name"] = f"{store.order_prefix}{details.get('order')}"
    facts["variant_title"] = titles.get(details.get("variant", 0), _("a variant"))
    facts["fields"] = ", ".join(sorted(details.get("changes", {}))).replace("_", " ")
    facts["change"] = f"{details.get('delta', 0):+}"
    facts["what"] = str(details.get("what", "")).rstrip(".")
    amount = details.get("total" if event == "order_placed" else "amount")
    if "currency" in details and amount is not None:
        facts["money"] = money.format_money(amount, details["currency"], store.locale)
    return str(SENTENCES[event]) % facts


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
