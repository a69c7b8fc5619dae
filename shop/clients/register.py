"""Clients, as the app has them."""

from flask import Flask

from shop.clients import commands, routes


def init_app(app: Flask) -> None:
    """Add the pages and commands of the clients."""
    app.register_blueprint(routes.clients)
    app.register_blueprint(commands.clients)
