"""Revocation of a token by its client (RFC 7009)."""

from typing import Any

from authlib.oauth2.rfc7009 import RevocationEndpoint

from shop.grants import revocation
from shop.grants.revocation import REVOKED
from shop.oidc.client_adapter import AUTH_METHODS
from shop.oidc.token_adapter import TokenAdapter, find_token
from shop.web.actor import Actor
from shop.web.request_info import get_request_info


class Revocation(RevocationEndpoint):
    """Revokes the grant of a client's own token. The response is the same for an invalid or expired token."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> TokenAdapter | None:
        return find_token(token_string)

    def revoke_token(self, token: TokenAdapter, request: Any) -> None:
        held = token.held
        revocation.revoke(held, REVOKED, actor=Actor(held.person.address, get_request_info()))
