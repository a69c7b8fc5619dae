"""Undoing, as the app has it."""

from flask import Flask

from shop.retention import Keeping, keepings
from shop.undo import routes, steps


def init_app(app: Flask) -> None:
    """Add the button that undoes; each room with something to undo adds how."""
    app.register_blueprint(routes.undo)
    keepings.add("undo", Keeping(steps.Step, steps.is_over))
