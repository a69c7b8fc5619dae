"""The stock, as the app has it."""

from flask import Flask

from shop.settings.store import Follower, followers
from shop.stock import bulk, commands, rounds, routes, thresholds
from shop.undo import steps


def init_app(app: Flask) -> None:
    """Add the pages and commands of the stock, and what follows a change of the low-stock alert."""
    app.register_blueprint(bulk.bulk_stock)
    app.register_blueprint(commands.stock)
    app.register_blueprint(routes.stock)
    steps.takers.add(rounds.KIND, rounds.take_back)
    followers.add("low-stock alerts", Follower("low_stock", lambda _before, after: thresholds.set_default(after)))
