"""What may be asked about a token that a client shows, and how one is given up."""

from typing import Any

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import request

from shop.clients.client import refusal_of
from shop.grants import jwts, refresh_tokens, revocation
from shop.grants.queries import LiveGrant
from shop.grants.revocation import REVOKED
from shop.oidc.party import PROOFS, SECRETS, Party
from shop.web.request_info import get_request_info


class Shown:
    """The live grant behind a token that a client showed, as Authlib wants to see one."""

    def __init__(self, held: LiveGrant, *, is_access: bool = False) -> None:
        self.held = held
        self.is_access = is_access

    def check_client(self, party: Party) -> bool:
        return bool(self.held.grant.client_id == party.client_id)

    def get_scope(self) -> str:
        return self.held.grant.scope

    def is_expired(self) -> bool:
        return False  # what is over was never found

    def is_revoked(self) -> bool:
        return False


class Introspection(IntrospectionEndpoint):
    """Says whether a token still counts, at this moment.

    A client with a secret may ask about any access token that is shown to it, as a back end does about its
    storefront's, provided that it would let the person in itself. About refresh tokens each may ask for its own only.
    """

    CLIENT_AUTH_METHODS = SECRETS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Shown | None:
        token = find_shown(token_string)
        is_spent = token is not None and not token.is_access and not refresh_tokens.is_unspent(token_string)
        return None if is_spent else token

    def check_permission(self, token: Shown, client: Party, request: Any) -> bool:
        return token.check_client(client) or (
            token.is_access and refusal_of(client.client_id, token.held.verdict) is None
        )

    def introspect_token(self, token: Shown) -> dict[str, Any]:
        held = token.held
        facts = {
            "iss": jwts.get_issuer(),
            "sub": held.person.public_id,
            "aud": jwts.get_audience(held.grant.client_id),
            "client_id": jwts.get_audience(held.grant.client_id),
            "username": held.person.address,
            "scope": held.grant.scope,
            "sid": held.grant.id,
            **jwts.user_claims(held),
        }
        if not token.is_access:
            return facts
        claims = jwts.read_access_token(self.shown())
        return {**facts, "token_type": "Bearer", "iat": claims["iat"], "exp": claims["exp"], "jti": claims["jti"]}

    def shown(self) -> str:
        """Give the token that is asked about."""
        return request.form["token"]


class Revocation(RevocationEndpoint):
    """Ends the grant of a token, the client's own only; of a token that is not, or no longer, it says the same."""

    CLIENT_AUTH_METHODS = PROOFS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Shown | None:
        return find_shown(token_string)

    def revoke_token(self, token: Shown, request: Any) -> None:
        held = token.held
        revocation.revoke(held, REVOKED, by=held.person.address, visit=get_request_info())


def find_shown(token: str) -> Shown | None:
    """Give the live grant of a token of either kind."""
    if held := jwts.find_grant(token):
        return Shown(held, is_access=True)
    return Shown(held) if (held := refresh_tokens.find_grant(token)) else None
