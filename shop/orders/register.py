"""Orders, as the app has them."""

from flask import Flask

from shop.customers import data_export, erasure, hooks, merge
from shop.orders import (
    amending,
    bulk,
    buying,
    correspondence,
    daybook,
    dealing,
    following,
    mail,
    order,
    printing,
    routes,
    searching,
    sending,
    states,
    taking,
    telling,
    tidying,
    tracking,
)
from shop.outbox import emails
from shop.search.sources import SearchSource, sources
from shop.settings.store import ChangeHook, change_hooks, tables_with_amounts
from shop.stock import reconciliation
from shop.undo import steps

BLUEPRINTS = (
    amending.amending,
    bulk.bulk_orders,
    dealing.dealing,
    routes.orders,
    printing.printing,
    sending.sending,
    taking.taking,
    tracking.tracking,
)


def init_app(app: Flask) -> None:
    """Add the pages of orders, the shipping email, and what stock, customers, search and settings ask of orders."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    emails.kinds.add(telling.LETTER_KIND, mail.KIND)
    steps.undo_handlers.add(tidying.KIND, tidying.take_back)
    reconciliation.committed_counters.add("orders", states.units_to_ship)
    change_hooks.add("daily sales", ChangeHook("time_zone", lambda _before, _after: daybook.rebuild()))
    tables_with_amounts.add("orders", order.Order)
    listed = SearchSource("Orders", "/orders/{}", "/orders?tab=all", searching.opens, searching.find)
    sources.add("orders", listed, before="products")
    follow_customers()


def follow_customers() -> None:
    """Say what the page of a customer shows of orders, and what becomes of orders when one is merged or erased."""
    hooks.newest_orders.add("orders", buying.newest)
    hooks.order_locks.add("orders", buying.hold)
    merge.movers.add("orders", following.move)
    data_export.parts.add("orders", following.dossier)
    data_export.parts.add("letters", correspondence.dossier)
    erasure.erasers.add("orders", following.erase)
    erasure.erasers.add("letters", correspondence.erase)
