"""Authenticate a call: the live grant of its bearer token, or a refusal."""

from flask import request

from shop.api.responses import refuse_call
from shop.grants import jwts
from shop.grants.queries import LiveGrant

NOT_SIGNED_IN = "Missing or invalid credentials"


def get_grant() -> LiveGrant:
    """Return the grant of the bearer token, with all of it read from the database again; or refuse the call."""
    shown = request.authorization
    if shown is None or shown.type != "bearer" or not shown.token:
        refuse_call(401, NOT_SIGNED_IN)
    held = jwts.find_grant(shown.token)
    if held is None:
        refuse_call(401, NOT_SIGNED_IN)
    return held
