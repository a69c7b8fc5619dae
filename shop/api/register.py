"""The calls of programs, as the app has them."""

from flask import Flask

from shop import pages
from shop.api import answers, routes


def init_app(app: Flask) -> None:
    """Add the calls, and how their errors are written."""
    app.register_blueprint(routes.api)
    pages.writers.add("/api/", answers.write)
