"""Register the OpenID provider with the app."""

from flask import Flask

from shop.oidc import responses, server
from shop.oidc.routes import authorize, blueprint, end_session, token, userinfo, well_known
from shop.web import errors

VIEWS = (authorize, token, userinfo, end_session, well_known)  # each adds its views to the blueprint


def init_app(app: Flask) -> None:
    """Add the provider's routes and its error format."""
    server.init_app(app)
    app.register_blueprint(blueprint.oidc)
    for call in responses.CALL_PATHS:
        errors.error_writers.add(call, responses.write_error)
