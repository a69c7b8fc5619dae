"""Register the API with the app."""

from flask import Flask

from shop.api import responses, routes
from shop.web import errors


def init_app(app: Flask) -> None:
    """Add the API's routes and its error format."""
    app.register_blueprint(routes.api)
    errors.error_writers.add("/api/", responses.write_error)
