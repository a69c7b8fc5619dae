"""Register the OpenID provider with the app."""

from flask import Flask

from shop.oidc import responses, server
from shop.oidc.routes import authorize, end_session, token, userinfo, well_known
from shop.web import errors

for resource in (token, userinfo, end_session, well_known):
    authorize.blueprint.register_blueprint(resource.blueprint)


def init_app(app: Flask) -> None:
    """Add the provider's routes and its error format."""
    server.init_app(app)
    app.register_blueprint(authorize.blueprint)
    for call in responses.CALL_PATHS:
        errors.error_writers.add(call, responses.write_error)
