"""The userinfo endpoint: the person of an access token."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from shop.extensions import csrf
from shop.grants import jwts
from shop.grants.network_limits import calls_per_network
from shop.oidc.responses import write_error
from shop.people.guards import open_to_all

blueprint = Blueprint("userinfo", __name__)


@blueprint.get("/oauth/userinfo")
@open_to_all
def show_userinfo() -> ResponseReturnValue:
    """Return the person of an access token, if they still have access."""
    shown = request.authorization
    held = jwts.find_grant(shown.token) if shown and shown.type == "bearer" and shown.token else None
    if held is None:
        return write_error(
            401,
            "The access token is missing or expired, or was not issued here.",
            {"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    return {"sub": held.person.public_id, **jwts.user_claims(held)}


@blueprint.post("/oauth/userinfo")
@calls_per_network
@open_to_all
def show_userinfo_by_post() -> ResponseReturnValue:
    """Return the same by POST, as OpenID Connect allows (Core, 5.3.1)."""
    return show_userinfo()


csrf.exempt(show_userinfo_by_post)  # a program sends a token; cookies are ignored
