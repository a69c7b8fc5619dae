"""The calls of programs, as the app has them."""

from flask import Flask

from shop.api import responses, routes
from shop.web import errors


def init_app(app: Flask) -> None:
    """Add the calls, and how their errors are written."""
    app.register_blueprint(routes.api)
    errors.error_writers.add("/api/", responses.write_error)
