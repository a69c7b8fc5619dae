"""The OpenID provider, as the app has it."""

from flask import Flask

from shop.oidc import responses, server
from shop.oidc.routes import authorize, blueprint, end_session, token, userinfo, well_known
from shop.web import errors

VIEWS = (authorize, token, userinfo, end_session, well_known)  # each puts its views on the blueprint


def init_app(app: Flask) -> None:
    """Add the provider's addresses, and how their errors are written."""
    server.init_app(app)
    app.register_blueprint(blueprint.oidc)
    for call in responses.CALL_PATHS:
        errors.error_writers.add(call, responses.write_error)
