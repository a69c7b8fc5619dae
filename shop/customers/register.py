"""Customers, as the app has them."""

from flask import Flask

from shop.customers import customer, dealing, routes, searching, tagging
from shop.search.sources import Source, sources
from shop.settings.store import Follower, followers
from shop.undo import steps


def init_app(app: Flask) -> None:
    """Add the pages of customers, their part of the search, and what follows a change of the currency."""
    app.register_blueprint(dealing.customer_dealing)
    app.register_blueprint(routes.customers)
    steps.takers.add(tagging.KIND, tagging.take_back)
    followers.add("amounts spent", Follower("currency", customer.recount_spent))
    sources.add("customers", Source("Customers", "/customers/{}", "/customers", searching.opens, searching.find))
