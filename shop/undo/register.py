"""Register undo with the app."""

from flask import Flask

from shop.retention import RetentionRule, retention_rules
from shop.undo import routes, steps
from shop.undo.models.undo_step import UndoStep


def init_app(app: Flask) -> None:
    """Add the button that undoes; each room with something to undo registers a hook."""
    app.register_blueprint(routes.undo)
    retention_rules.add("undo", RetentionRule(UndoStep, steps.is_past_retention))
