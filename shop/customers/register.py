"""Customers, as the app has them."""

from flask import Flask

from shop.customers import bulk_tags, cached_columns, search_source
from shop.customers.routes import addresses, customers, erasure, export, merge, tags
from shop.search.sources import sources
from shop.settings.store import ChangeHook, change_hooks
from shop.undo import steps

for resource in (tags, addresses, merge, export, erasure):
    customers.blueprint.register_blueprint(resource.blueprint)


def init_app(app: Flask) -> None:
    """Add the pages of customers, their part of the search, and what follows a change of the currency."""
    app.register_blueprint(customers.blueprint)
    steps.undo_handlers.add(bulk_tags.UNDO_KIND, bulk_tags.undo_tags)
    change_hooks.add("amounts spent", ChangeHook("currency", cached_columns.recount_spent))
    sources.add("customers", search_source.CUSTOMERS)
