"""Rate limits of the token endpoints per network. Each call needs a 256-bit secret: this only protects the database."""

from flask import request

from shop.clients.queries import find_client
from shop.extensions import limiter
from shop.tokens import is_id
from shop.web.request_info import get_visitor_network

CALLS = "1200 per minute"


def has_client_secret() -> bool:
    """Return whether the caller has proven a client's secret: all of that client's people share its one machine."""
    shown, form = request.authorization, request.form
    is_basic = shown is not None and shown.type == "basic"
    name, secret = (shown.username, shown.password) if shown and is_basic else (form.get("client_id"), None)
    client = find_client(name) if name and is_id(name) else None
    return client is not None and client.is_its_secret(secret or form.get("client_secret", ""))


calls_per_network = limiter.shared_limit(
    CALLS, scope="calls", key_func=get_visitor_network, methods=["POST"], exempt_when=has_client_secret
)
