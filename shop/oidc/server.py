"""Authlib's authorization server, told where our clients, codes and grants are. It answers; routes.py commits."""

import logging
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Flask, request

from shop.clients.client import refusal_of
from shop.grants import grant, issuing
from shop.grants.grant import REVOKED, Held, Wanted
from shop.oidc import codes
from shop.oidc.codes import Code
from shop.oidc.party import WITH_SECRET, Party, find_party
from shop.visit import visit

logging.getLogger("authlib").setLevel(logging.INFO)  # its debug lines hold whole tokens
SECRETS = [*WITH_SECRET]
PROOFS = [*WITH_SECRET, "none"]


class Asked(FlaskOAuth2Request):
    """The present request. Whether it came by https is not asked of it: `make serve` insists on that in PUBLIC_URL."""

    def __init__(self) -> None:
        OAuth2Request.__init__(self, method=request.method, uri="https://here", headers=request.headers)
        self._request = request
        self.payload = FlaskOAuth2Payload(request)


class Server(AuthorizationServer):
    """Authlib's server with our own requests; tokens are made in the grants below."""

    def create_oauth2_request(self, _request: Any) -> Asked:
        return Asked()

    def authenticate_client(self, request: Any, methods: list[str], endpoint: str = "token") -> Any:
        """Hold a client that shows a secret in the header to it, even if it keeps none."""
        shown = ["client_secret_basic"] if "Authorization" in request.headers else methods
        return super().authenticate_client(request, shown, endpoint)

    def send_signal(self, *_args: Any, **_kwargs: Any) -> None:
        """Tell nobody: what is worth remembering is in the audit log."""


class ByCode(AuthorizationCodeGrant):
    """A code for tokens, once; whoever signed in must still be signed in, and be let in by the client."""

    TOKEN_ENDPOINT_AUTH_METHODS = PROOFS

    def generate_authorization_code(self) -> str:
        data = self.request.payload.data
        return codes.write(
            client=self.request.client.client_id,
            redirect=data["redirect_uri"],
            scope=self.request.scope,
            session=self.request.user.session.id,
            nonce=data.get("nonce"),
            code_challenge=data["code_challenge"],
            code_challenge_method=data["code_challenge_method"],
        )

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep nothing: all that counts is in the code."""

    def query_authorization_code(self, code: str, client: Party) -> Code | None:
        return codes.read(code, client.client_id)

    def authenticate_user(self, authorization_code: Code) -> Held:
        code = authorization_code
        begun = grant.begin(code.session, Wanted(code.client, code.scope, code_id=code.id), visit())
        if begun is None:
            raise InvalidGrantError("Invalid 'code' in request.")
        self.request.credential = begun
        return begun[0]

    def generate_token(self, **_others: Any) -> dict[str, Any]:
        return tokens_for(*self.request.credential, nonce=self.request.authorization_code.nonce)

    def save_token(self, token: dict[str, Any]) -> None:
        """Keep nothing: the grant was kept when it began."""

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Delete nothing: the grant that began with it keeps it from beginning another."""


class ByRefresh(RefreshTokenGrant):
    """A refresh token for the next one and fresh tokens; a spent one ends the whole grant."""

    TOKEN_ENDPOINT_AUTH_METHODS = PROOFS

    def authenticate_refresh_token(self, refresh_token: str) -> "Shown | None":
        held = grant.find_by_refresh(refresh_token)
        return Shown(held) if held else None

    def authenticate_user(self, refresh_token: "Shown") -> Held:
        return refresh_token.held

    def issue_token(self, user: Held, refresh_token: "Shown") -> dict[str, Any]:
        renewed = grant.renew(self.request.form["refresh_token"], visit())
        if renewed is None:
            raise InvalidGrantError
        return tokens_for(*renewed)

    def save_token(self, token: dict[str, Any]) -> None:
        """Keep nothing: spending the old token kept the new one."""

    def revoke_old_credential(self, refresh_token: "Shown") -> None:
        """Do nothing more: it is spent."""


class Shown:
    """The live grant behind a token that a client showed, as Authlib wants to see one."""

    def __init__(self, held: Held, *, is_access: bool = False) -> None:
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


class ByS256(CodeChallenge):
    """PKCE from every client, also from one with a secret, and never `plain` (OAuth 2.1, 4.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - Authlib's own name and kind

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A 'code_challenge' with the method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


class Introspection(IntrospectionEndpoint):
    """Says whether a token still counts, at this moment.

    A client with a secret may ask about any access token that is shown to it, as a back end does about its
    storefront's, provided that it would let the person in itself. About refresh tokens each may ask for its own only.
    """

    CLIENT_AUTH_METHODS = SECRETS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Shown | None:
        return find_shown(token_string)

    def check_permission(self, token: Shown, client: Party, request: Any) -> bool:
        return token.check_client(client) or (
            token.is_access and refusal_of(client.client_id, token.held.verdict) is None
        )

    def introspect_token(self, token: Shown) -> dict[str, Any]:
        held = token.held
        facts = {
            "iss": issuing.issuer(),
            "sub": held.person.public_id,
            "aud": issuing.audience(held.grant.client_id),
            "client_id": issuing.audience(held.grant.client_id),
            "username": held.person.address,
            "scope": held.grant.scope,
            "sid": held.grant.id,
            **issuing.about(held),
        }
        if not token.is_access:
            return facts
        claims = issuing.read_access(self.shown())
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
        grant.end(held, REVOKED, by=held.person.address, visit=visit())


class Issuer(IssuerParameter):
    """Says in each answer who gives it, so that a client of several servers cannot mix them up (RFC 9207)."""

    def __init__(self, server: Server) -> None:
        self(server)

    def get_issuer(self) -> str:
        return issuing.issuer()


def find_shown(token: str) -> Shown | None:
    """Give the live grant of a token of either kind."""
    if held := issuing.find_holder(token):
        return Shown(held, is_access=True)
    return Shown(held) if (held := grant.find_by_refresh(token)) else None


def tokens_for(held: Held, refresh_token: str, *, nonce: str | None = None) -> dict[str, Any]:
    """Write the answer of the token endpoint."""
    access = issuing.access_token(held)
    answer = {
        "token_type": "Bearer",
        "access_token": access,
        "expires_in": int(issuing.LIFE.total_seconds()),
        "refresh_token": refresh_token,
        "scope": held.grant.scope,
    }
    if "openid" in held.grant.scope.split():
        answer["id_token"] = issuing.id_token(held, access, nonce=nonce)
    return answer


server = Server(query_client=find_party)
server.register_grant(ByCode, [ByS256()])
server.register_grant(ByRefresh)
server.register_endpoint(Introspection)
server.register_endpoint(Revocation)
server.register_extension(Issuer)


def init_app(app: Flask) -> None:
    """Bind Authlib's server."""
    server.init_app(app)
