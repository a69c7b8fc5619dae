"""Register the demo with the app."""

from flask import Flask

from shop.demo import commands


def init_app(app: Flask) -> None:
    """Add `flask demo`."""
    app.register_blueprint(commands.demo)
