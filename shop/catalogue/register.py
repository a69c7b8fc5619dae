"""The catalogue, as the app has it."""

from flask import Flask

from shop.catalogue import bulk, changing, currency, gallery, product, reverting, routes, searching, varying
from shop.search.sources import SearchSource, sources
from shop.settings.store import ChangeHook, change_hooks, tables_with_amounts
from shop.undo import steps


def init_app(app: Flask) -> None:
    """Add the pages of products, their part of the search, and what follows a change of the currency."""
    for blueprint in (bulk.bulk_products, routes.catalogue, gallery.gallery, varying.varying):
        app.register_blueprint(blueprint)
    steps.undo_handlers.add(changing.KIND, reverting.put_back)
    change_hooks.add("prices", ChangeHook("currency", currency.rescale))
    tables_with_amounts.add("variants", product.Variant)
    sources.add("products", SearchSource("Products", "/products/{}", "/products", searching.opens, searching.find))
