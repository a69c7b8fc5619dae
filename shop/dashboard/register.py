"""Home, as the app has it."""

from flask import Flask

from shop.dashboard import routes


def init_app(app: Flask) -> None:
    """Add the page that everybody begins with."""
    app.register_blueprint(routes.dashboard)
