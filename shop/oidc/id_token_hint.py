"""The `id_token_hint` of an authorization request: an ID token of ours that says whom the client means."""

from shop.grants import jwts
from shop.grants.jwts import InvalidToken
from shop.oidc.authorization_request import AuthorizationRequest, Fault

NO_HINT: Fault = ("invalid_request", "The id_token_hint is not an ID token that was made here for this client.")


def find_hint_fault(asked: AuthorizationRequest, client_id: str) -> Fault | None:
    """Say what is wrong with the hint, if there is one. That it is over is no fault (OpenID Connect Core, 3.1.2.2)."""
    try:
        is_its = asked.hint is None or jwts.read_id_token(asked.hint)["aud"] == client_id
    except InvalidToken:
        return NO_HINT
    return None if is_its else NO_HINT


def matches_hint(asked: AuthorizationRequest, public_id: str) -> bool:
    """Say whether a person may be whom the client means: without a hint that is anybody. Raises InvalidToken."""
    return asked.hint is None or bool(jwts.read_id_token(asked.hint)["sub"] == public_id)
