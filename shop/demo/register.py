"""The demo, as the app has it."""

from flask import Flask

from shop.demo import commands


def init_app(app: Flask) -> None:
    """Add `flask demo`."""
    app.register_blueprint(commands.demo)
