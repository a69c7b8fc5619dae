"""Authlib's token grants: exchange an authorization code, or a refresh token, for tokens."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant

from shop.grants import creation, jwts, refresh_tokens
from shop.grants.creation import NewGrant
from shop.grants.queries import LiveGrant
from shop.oidc import authorization_codes
from shop.oidc.authorization_codes import AuthorizationCode
from shop.oidc.client_adapter import AUTH_METHODS, AuthlibClient
from shop.oidc.token_adapter import TokenAdapter
from shop.web.request_info import get_request_info


class CodeGrant(AuthorizationCodeGrant):
    """Exchange a code for tokens, once. The person must still be signed in and have access to the client."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def generate_authorization_code(self) -> str:
        data = self.request.payload.data
        return authorization_codes.issue_code(
            client=self.request.client.client_id,
            redirect=data["redirect_uri"],
            scope=self.request.scope,
            session=self.request.user.session.id,
            nonce=data.get("nonce"),
            code_challenge=data["code_challenge"],
            code_challenge_method=data["code_challenge_method"],
        )

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Store nothing: the code itself holds everything."""

    def query_authorization_code(self, code: str, client: AuthlibClient) -> AuthorizationCode | None:
        return authorization_codes.verify_code(code, client.client_id)

    def authenticate_user(self, authorization_code: AuthorizationCode) -> LiveGrant:
        code = authorization_code
        begun = creation.create_grant(
            code.session, NewGrant(code.client, code.scope, code_id=code.id), get_request_info()
        )
        if begun is None:
            raise InvalidGrantError("Invalid 'code' in request.")
        self.request.credential = begun
        return begun[0]

    def generate_token(self, **_others: Any) -> dict[str, Any]:
        return token_response(*self.request.credential, nonce=self.request.authorization_code.nonce)

    def save_token(self, token: dict[str, Any]) -> None:
        """Store nothing: the grant was stored when it began."""

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """Delete nothing: the grant that began with the code keeps another from beginning."""


class RefreshGrant(RefreshTokenGrant):
    """Exchange a refresh token for the next one and new tokens; a replay revokes the whole grant."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> TokenAdapter | None:
        held = refresh_tokens.find_grant(refresh_token)
        return TokenAdapter(held) if held else None

    def authenticate_user(self, refresh_token: TokenAdapter) -> LiveGrant:
        return refresh_token.held

    def issue_token(self, user: LiveGrant, refresh_token: TokenAdapter) -> dict[str, Any]:
        renewed = refresh_tokens.rotate(self.request.form["refresh_token"], get_request_info())
        if renewed is None:
            raise InvalidGrantError
        return token_response(*renewed)

    def save_token(self, token: dict[str, Any]) -> None:
        """Store nothing: the next token was stored when the old one was spent."""

    def revoke_old_credential(self, refresh_token: TokenAdapter) -> None:
        """Do nothing: the token is already spent."""


def token_response(held: LiveGrant, refresh_token: str, *, nonce: str | None = None) -> dict[str, Any]:
    """Return the token endpoint's response."""
    access = jwts.sign_access_token(held)
    answer = {
        "token_type": "Bearer",
        "access_token": access,
        "expires_in": int(jwts.LIFETIME.total_seconds()),
        "refresh_token": refresh_token,
        "scope": held.grant.scope,
    }
    if "openid" in held.grant.scope.split():
        answer["id_token"] = jwts.sign_id_token(held, access, nonce=nonce)
    return answer
