"""The endpoints that clients call for tokens: token, introspection and revocation."""

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from shop.extensions import csrf, db
from shop.grants.network_limits import calls_per_network
from shop.oidc.server import server
from shop.people.guards import open_to_all

blueprint = Blueprint("token", __name__)

FORM_TYPE = "application/x-www-form-urlencoded"


@blueprint.post("/oauth/token")
@calls_per_network
@open_to_all
def issue_tokens() -> ResponseReturnValue:
    """Exchange a code, or a refresh token, for tokens."""
    answer: ResponseReturnValue = refuse_malformed() or server.create_token_response()
    db.session.commit()  # even after a refusal: a replay has ended its grant
    return answer


@blueprint.post("/oauth/introspect")
@calls_per_network
@open_to_all
def introspect_token() -> ResponseReturnValue:
    """Say whether a token is valid at this moment (RFC 7662)."""
    return run_endpoint("introspection")


@blueprint.post("/oauth/revoke")
@calls_per_network
@open_to_all
def revoke_token() -> ResponseReturnValue:
    """Revoke the grant of a token (RFC 7009)."""
    return run_endpoint("revocation")


for call in (issue_tokens, introspect_token, revoke_token):
    csrf.exempt(call)  # each call carries a secret or a token; cookies are ignored


def run_endpoint(endpoint: str) -> ResponseReturnValue:
    """Let Authlib answer, and commit the changes."""
    answer: ResponseReturnValue = refuse_malformed() or server.create_endpoint_response(endpoint)
    db.session.commit()
    return answer


def refuse_malformed() -> ResponseReturnValue | None:
    """Refuse a malformed call: every value occurs once, in a form body, and a secret nowhere else (RFC 6749, 5.2)."""
    odd = find_malformation()
    refusal: ResponseReturnValue | None = server.handle_error_response(None, odd) if odd else None
    return refusal


def find_malformation() -> OAuth2Error | None:
    """Return the error of a malformed call, or None."""
    if request.args:
        return InvalidRequestError("Send all parameters in the body; URLs end up in logs.")
    if request.mimetype != FORM_TYPE:
        return InvalidRequestError(f"Send a form, with the header Content-Type: {FORM_TYPE}")
    if any(len(values) > 1 for _, values in request.form.lists()):
        return InvalidRequestError("A parameter is repeated.")
    shown = request.authorization
    if "Authorization" in request.headers and (shown is None or not shown.type):
        return InvalidClientError("The Authorization header can't be parsed.", status_code=401)
    if "Authorization" in request.headers and "client_secret" in request.form:
        return InvalidRequestError("Send the client secret only once, in the header or in the body.")
    return None
