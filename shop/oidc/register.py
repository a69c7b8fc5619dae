"""The OpenID provider, as the app has it."""

from flask import Flask

from shop.oidc import answers, routes, server
from shop.web import errors


def init_app(app: Flask) -> None:
    """Add the provider's addresses, and how their errors are written."""
    server.init_app(app)
    app.register_blueprint(routes.oidc)
    for call in answers.CALLS:
        errors.error_writers.add(call, answers.write)
