"""Authlib's authorization server, connected to our clients, codes and grants. It answers; the routes commit."""

import logging
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Flask, request

from shop.grants import jwts
from shop.oidc.client_adapter import find_authlib_client
from shop.oidc.pkce import S256Only
from shop.oidc.token_grants import CodeGrant, RefreshGrant
from shop.oidc.token_introspection import Introspection
from shop.oidc.token_revocation import Revocation

logging.getLogger("authlib").setLevel(logging.INFO)  # its debug lines contain whole tokens


class CurrentRequest(FlaskOAuth2Request):
    """The current request. Authlib's check for https is off, since `make serve` already requires it in PUBLIC_URL."""

    def __init__(self) -> None:
        OAuth2Request.__init__(self, method=request.method, uri="https://here", headers=request.headers)
        self._request = request
        self.payload = FlaskOAuth2Payload(request)


class Server(AuthorizationServer):
    """Authlib's server with our own requests; the grants below create the tokens."""

    def create_oauth2_request(self, _request: Any) -> CurrentRequest:
        return CurrentRequest()

    def authenticate_client(self, request: Any, methods: list[str], endpoint: str = "token") -> Any:
        """Require a client that sends a secret in the header to authenticate by it, even a public one."""
        shown = ["client_secret_basic"] if "Authorization" in request.headers else methods
        return super().authenticate_client(request, shown, endpoint)

    def send_signal(self, *_args: Any, **_kwargs: Any) -> None:
        """Send nothing: what is worth remembering is in the audit log."""


class Issuer(IssuerParameter):
    """Adds the issuer to each response, so that a client of several servers cannot mix them up (RFC 9207)."""

    def __init__(self, server: Server) -> None:
        self(server)

    def get_issuer(self) -> str:
        return jwts.get_issuer()


server = Server(query_client=find_authlib_client)
server.register_grant(CodeGrant, [S256Only()])
server.register_grant(RefreshGrant)
server.register_endpoint(Introspection)
server.register_endpoint(Revocation)
server.register_extension(Issuer)


def init_app(app: Flask) -> None:
    """Register Authlib's server with the app."""
    server.init_app(app)
