"""The endpoints that clients call for tokens: token, introspection and revocation."""

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from flask import request
from flask.typing import ResponseReturnValue

from shop.extensions import csrf, db
from shop.grants.network_limits import calls_per_network
from shop.oidc.routes.blueprint import oidc
from shop.oidc.server import server
from shop.people.guards import open_to_all

FORM_TYPE = "application/x-www-form-urlencoded"


@oidc.post("/oauth/token")
@calls_per_network
@open_to_all
def issue_tokens() -> ResponseReturnValue:
    """Swap a code, or a refresh token, for tokens."""
    answer: ResponseReturnValue = refuse_malformed() or server.create_token_response()
    db.session.commit()  # also where it is refused: what was shown twice has ended its grant
    return answer


@oidc.post("/oauth/introspect")
@calls_per_network
@open_to_all
def introspect_token() -> ResponseReturnValue:
    """Say whether a token counts at this moment."""
    return run_endpoint("introspection")


@oidc.post("/oauth/revoke")
@calls_per_network
@open_to_all
def revoke_token() -> ResponseReturnValue:
    """End the grant of a token."""
    return run_endpoint("revocation")


for call in (issue_tokens, introspect_token, revoke_token):
    csrf.exempt(call)  # a program shows a secret or a token with each; no cookie counts here


def run_endpoint(endpoint: str) -> ResponseReturnValue:
    """Have Authlib answer, and keep what that changed."""
    answer: ResponseReturnValue = refuse_malformed() or server.create_endpoint_response(endpoint)
    db.session.commit()
    return answer


def refuse_malformed() -> ResponseReturnValue | None:
    """Refuse an odd call: every value comes once, in the body of a form, and a secret nowhere else (RFC 6749, 5.2)."""
    odd = find_malformation()
    refusal: ResponseReturnValue | None = server.handle_error_response(None, odd) if odd else None
    return refusal


def find_malformation() -> OAuth2Error | None:
    """Say what is odd about a call."""
    if request.args:
        return InvalidRequestError("Send everything in the body; addresses are kept in logs.")
    if request.mimetype != FORM_TYPE:
        return InvalidRequestError(f"Send a form, with the header Content-Type: {FORM_TYPE}")
    if any(len(values) > 1 for _, values in request.form.lists()):
        return InvalidRequestError("A parameter is repeated.")
    shown = request.authorization
    if "Authorization" in request.headers and (shown is None or not shown.type):
        return InvalidClientError("The header Authorization cannot be read.", status_code=401)
    if "Authorization" in request.headers and "client_secret" in request.form:
        return InvalidRequestError("Show the secret of the client once, in the header or in the body.")
    return None
