"""The one search box, as the app has it."""

from flask import Flask

from shop.search import routes


def init_app(app: Flask) -> None:
    """Add the page of what was found; each room with something to find adds its source."""
    app.register_blueprint(routes.search)
