"""Introspection of a token that a client sends (RFC 7662)."""

from typing import Any

from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import request

from shop.clients.access_policy import find_refusal
from shop.grants import jwts, refresh_tokens
from shop.oidc.client_adapter import SECRET_METHODS, AuthlibClient
from shop.oidc.token_adapter import TokenAdapter, find_token


class Introspection(IntrospectionEndpoint):
    """Says whether a token is valid at this moment.

    A confidential client may introspect any access token, as a back end does for its storefront, provided that the
    client would admit the person itself. Refresh tokens can be introspected by their own client only.
    """

    CLIENT_AUTH_METHODS = SECRET_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> TokenAdapter | None:
        token = find_token(token_string)
        is_spent = token is not None and not token.is_access and not refresh_tokens.is_unspent(token_string)
        return None if is_spent else token

    def check_permission(self, token: TokenAdapter, client: AuthlibClient, request: Any) -> bool:
        return token.check_client(client) or (
            token.is_access and find_refusal(client.client_id, token.held.verdict) is None
        )

    def introspect_token(self, token: TokenAdapter) -> dict[str, Any]:
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
        """The token in question."""
        return request.form["token"]
