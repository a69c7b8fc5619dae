"""Adapter: a client as Authlib expects one, with its allowed responses and authentication methods."""

from authlib.oauth2.rfc6749 import ClientMixin

from shop.clients.models.client import Client
from shop.clients.queries import find_client
from shop.tokens import is_id

SCOPES = ("openid", "email", "profile", "offline_access")
GRANT_TYPES = ("authorization_code", "refresh_token")
SECRET_METHODS = ["client_secret_basic", "client_secret_post"]  # how a confidential client shows its secret
AUTH_METHODS = [*SECRET_METHODS, "none"]  # and how a public client says that it has none


class AuthlibClient(ClientMixin):
    """A client at the protocol's endpoints; its permissions follow from whether it has a secret."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client_id = client.id

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(one for one in SCOPES if one in (scope or "").split())

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.client.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        return self.client.is_its_secret(client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        if self.client.is_public:
            return method == "none" and endpoint != "introspection"
        return method in SECRET_METHODS

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANT_TYPES


def find_authlib_client(client_id: str | None) -> AuthlibClient | None:
    """Return a client by its id, read from the database again."""
    client = find_client(client_id) if client_id and is_id(client_id) else None
    return AuthlibClient(client) if client else None
