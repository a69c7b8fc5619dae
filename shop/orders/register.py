"""Orders, as the app has them."""

from flask import Flask

from shop.customers import data_export, erasure, hooks, merge
from shop.orders import (
    bulk_changes,
    customer_erasure,
    customer_export,
    customer_orders,
    daily_sales,
    mail,
    search_source,
    shipment_emails,
    status_labels,
    stock,
    undo,
)
from shop.orders.customer_erasure import erase_orders
from shop.orders.customer_export import export_orders
from shop.orders.customer_orders import move_orders
from shop.orders.models.order import Order
from shop.orders.routes import (
    archive,
    bulk,
    cancellation,
    comments,
    documents,
    edit,
    new,
    note,
    orders,
    payments,
    refunds,
    shipments,
    tags,
)
from shop.outbox import emails
from shop.search.sources import sources
from shop.settings.store import ChangeHook, change_hooks, tables_with_amounts
from shop.stock import reconciliation
from shop.undo import steps

RESOURCES = (new, edit, payments, refunds, cancellation, shipments, comments, tags, note, archive, documents, bulk)
for resource in RESOURCES:
    orders.blueprint.register_blueprint(resource.blueprint)


def init_app(app: Flask) -> None:
    """Add the pages of orders, the shipping email, and what stock, customers, search and settings ask of orders."""
    app.register_blueprint(orders.blueprint)
    status_labels.init_app(app)
    emails.kinds.add(shipment_emails.EMAIL_KIND, mail.SHIPMENT_EMAIL)
    steps.undo_handlers.add(bulk_changes.UNDO_KIND, undo.undo_changes)
    reconciliation.committed_counters.add("orders", stock.count_reserved)
    change_hooks.add("daily sales", ChangeHook("time_zone", lambda _before, _after: daily_sales.rebuild_all()))
    tables_with_amounts.add("orders", Order)
    sources.add("orders", search_source.ORDERS, before="products")
    follow_customers()


def follow_customers() -> None:
    """Say what a customer's page shows of orders, and what happens to orders when a customer is merged or erased."""
    hooks.newest_orders.add("orders", customer_orders.list_newest)
    hooks.order_locks.add("orders", customer_orders.lock_orders_of)
    merge.movers.add("orders", move_orders)
    data_export.parts.add("orders", export_orders)
    data_export.parts.add("letters", customer_export.export_emails)
    erasure.erasers.add("orders", erase_orders)
    erasure.erasers.add("letters", customer_erasure.erase_emails)
