"""Authlib's authorization server, told where our clients, codes and grants are. It answers; routes.py commits."""

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

logging.getLogger("authlib").setLevel(logging.INFO)  # its debug lines hold whole tokens


class CurrentRequest(FlaskOAuth2Request):
    """The present request. Whether it came by https is not asked of it: `make serve` insists on that in PUBLIC_URL."""

    def __init__(self) -> None:
        OAuth2Request.__init__(self, method=request.method, uri="https://here", headers=request.headers)
        self._request = request
        self.payload = FlaskOAuth2Payload(request)


class Server(AuthorizationServer):
    """Authlib's server with our own requests; tokens are made in the grants below."""

    def create_oauth2_request(self, _request: Any) -> CurrentRequest:
        return CurrentRequest()

    def authenticate_client(self, request: Any, methods: list[str], endpoint: str = "token") -> Any:
        """Hold a client that shows a secret in the header to it, even if it keeps none."""
        shown = ["client_secret_basic"] if "Authorization" in request.headers else methods
        return super().authenticate_client(request, shown, endpoint)

    def send_signal(self, *_args: Any, **_kwargs: Any) -> None:
        """Tell nobody: what is worth remembering is in the audit log."""


class Issuer(IssuerParameter):
    """Says in each answer who gives it, so that a client of several servers cannot mix them up (RFC 9207)."""

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
    """Bind Authlib's server."""
    server.init_app(app)
