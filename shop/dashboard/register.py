"""Register the home page with the app."""

from flask import Flask

from shop.dashboard import routes


def init_app(app: Flask) -> None:
    """Add the home page."""
    app.register_blueprint(routes.dashboard)
