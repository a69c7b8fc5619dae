"""Register the clients' pages and commands with the app."""

from flask import Flask

from shop.clients import commands, routes


def init_app(app: Flask) -> None:
    """Add the pages and commands of the clients."""
    app.register_blueprint(routes.clients)
    app.register_blueprint(commands.clients)
