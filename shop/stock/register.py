"""The stock, as the app has it."""

from flask import Flask

from shop.settings.store import ChangeHook, change_hooks
from shop.stock import bulk_adjustments, commands, thresholds
from shop.stock.routes import adjustments, bulk, check, history, stock, threshold
from shop.undo import steps

for resource in (history, adjustments, threshold, check, bulk):
    stock.blueprint.register_blueprint(resource.blueprint)


def init_app(app: Flask) -> None:
    """Add the pages and commands of the stock, and what follows a change of the low-stock alert."""
    app.register_blueprint(stock.blueprint)
    app.register_blueprint(commands.stock)
    steps.undo_handlers.add(bulk_adjustments.UNDO_KIND, bulk_adjustments.undo_adjustments)
    follow_default = ChangeHook("low_stock", lambda _before, after: thresholds.set_default_threshold(after))
    change_hooks.add("low-stock alerts", follow_default)
