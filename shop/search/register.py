"""Register the search box with the app."""

from flask import Flask

from shop.search import routes


def init_app(app: Flask) -> None:
    """Add the page of results; each room with something to find adds its source."""
    app.register_blueprint(routes.search)
