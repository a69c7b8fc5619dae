"""The stock, as the app has it."""

from flask import Flask

from shop.settings.store import ChangeHook, change_hooks
from shop.stock import bulk, commands, rounds, routes, thresholds
from shop.undo import steps


def init_app(app: Flask) -> None:
    """Add the pages and commands of the stock, and what follows a change of the low-stock alert."""
    app.register_blueprint(bulk.bulk_stock)
    app.register_blueprint(commands.stock)
    app.register_blueprint(routes.stock)
    steps.undo_handlers.add(rounds.KIND, rounds.take_back)
    change_hooks.add("low-stock alerts", ChangeHook("low_stock", lambda _before, after: thresholds.set_default(after)))
