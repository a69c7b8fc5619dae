"""The catalogue, as the app has it."""

from flask import Flask

from shop.catalogue import bulk, changing, currency, gallery, product, reverting, routes, searching, varying
from shop.search.sources import Source, sources
from shop.settings.store import Follower, followers, with_amounts
from shop.undo import steps


def init_app(app: Flask) -> None:
    """Add the pages of products, their part of the search, and what follows a change of the currency."""
    for blueprint in (bulk.bulk_products, routes.catalogue, gallery.gallery, varying.varying):
        app.register_blueprint(blueprint)
    steps.takers.add(changing.KIND, reverting.put_back)
    followers.add("prices", Follower("currency", currency.rescale))
    with_amounts.add("variants", product.Variant)
    sources.add("products", Source("Products", "/products/{}", "/products", searching.opens, searching.find))
