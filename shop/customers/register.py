"""Customers, as the app has them."""

from flask import Flask

from shop.customers import customer, dealing, routes, searching, tagging
from shop.search.sources import SearchSource, sources
from shop.settings.store import ChangeHook, change_hooks
from shop.undo import steps


def init_app(app: Flask) -> None:
    """Add the pages of customers, their part of the search, and what follows a change of the currency."""
    app.register_blueprint(dealing.customer_dealing)
    app.register_blueprint(routes.customers)
    steps.undo_handlers.add(tagging.KIND, tagging.take_back)
    change_hooks.add("amounts spent", ChangeHook("currency", customer.recount_spent))
    sources.add("customers", SearchSource("Customers", "/customers/{}", "/customers", searching.opens, searching.find))
