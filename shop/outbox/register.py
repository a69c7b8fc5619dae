"""The outbox, as the app has it."""

from flask import Flask

from shop.outbox import commands, letters, routes
from shop.retention import Keeping, chores, keepings
from shop.transactions import refresh_planner_statistics


def init_app(app: Flask) -> None:
    """Add the page and the commands of the outbox, and what its worker tidies up."""
    app.register_blueprint(routes.outbox)
    app.register_blueprint(commands.outbox)
    keepings.add("letters", Keeping(letters.Letter, letters.is_over))
    chores.add("statistics of the tables", refresh_planner_statistics)
