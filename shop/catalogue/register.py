"""What the app gets from the catalogue."""

from flask import Flask

from shop.catalogue import currency_change, search_source
from shop.catalogue.bulk import change_log, undo
from shop.catalogue.models.product import Variant
from shop.catalogue.routes import archive, combinations, copy, media, pictures, products, variants
from shop.catalogue.routes import bulk as bulk_routes
from shop.search.sources import sources
from shop.settings.store import ChangeHook, change_hooks, tables_with_amounts
from shop.undo import steps

for resource in (copy, archive, variants, combinations, pictures, media, bulk_routes):
    products.blueprint.register_blueprint(resource.blueprint)


def init_app(app: Flask) -> None:
    """Add the pages of products, their search source, undo handler and currency hook."""
    app.register_blueprint(products.blueprint)
    steps.undo_handlers.add(change_log.UNDO_KIND, undo.undo_changes)
    change_hooks.add("prices", ChangeHook("currency", currency_change.rescale_prices))
    tables_with_amounts.add("variants", Variant)
    sources.add("products", search_source.PRODUCTS)
