"""The `id_token_hint` of an authorization request: our own ID token that names the expected person."""

from shop.grants import jwts
from shop.grants.jwts import InvalidToken
from shop.oidc.authorization_request import AuthorizationRequest, Fault

NO_HINT: Fault = ("invalid_request", "The id_token_hint is not an ID token issued by this provider to this client.")


def find_hint_fault(asked: AuthorizationRequest, client_id: str) -> Fault | None:
    """Return the error of the hint, or None. An expired one is accepted (OpenID Connect Core, 3.1.2.2)."""
    try:
        is_its = asked.hint is None or jwts.read_id_token(asked.hint)["aud"] == client_id
    except InvalidToken:
        return NO_HINT
    return None if is_its else NO_HINT


def matches_hint(asked: AuthorizationRequest, public_id: str) -> bool:
    """Return whether a person matches the hint; without one, everyone does. Raises InvalidToken."""
    return asked.hint is None or bool(jwts.read_id_token(asked.hint)["sub"] == public_id)
