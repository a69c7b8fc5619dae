"""Undoing, as the app has it."""

from flask import Flask

from shop.retention import Keeping, keepings
from shop.undo import routes, steps
from shop.undo.models.undo_step import UndoStep


def init_app(app: Flask) -> None:
    """Add the button that undoes; each room with something to undo adds how."""
    app.register_blueprint(routes.undo)
    keepings.add("undo", Keeping(UndoStep, steps.is_past_retention))
