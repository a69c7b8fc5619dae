"""Adapter: the live grant behind a token of either kind, as Authlib expects one."""

from shop.grants import jwts, refresh_tokens
from shop.grants.queries import LiveGrant
from shop.oidc.client_adapter import AuthlibClient


class TokenAdapter:
    """The live grant behind a token that a client sent."""

    def __init__(self, held: LiveGrant, *, is_access: bool = False) -> None:
        self.held = held
        self.is_access = is_access

    def check_client(self, party: AuthlibClient) -> bool:
        return bool(self.held.grant.client_id == party.client_id)

    def get_scope(self) -> str:
        return self.held.grant.scope

    def is_expired(self) -> bool:
        return False  # an expired one was never found

    def is_revoked(self) -> bool:
        return False


def find_token(token: str) -> TokenAdapter | None:
    """Return the live grant of a token of either kind, or None."""
    if held := jwts.find_grant(token):
        return TokenAdapter(held, is_access=True)
    return TokenAdapter(held) if (held := refresh_tokens.find_grant(token)) else None
