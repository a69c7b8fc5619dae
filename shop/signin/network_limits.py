"""Rate limits per visitor, and for all visitors together. The budgets of an address are in address_limits.py."""

from shop.extensions import limiter
from shop.sessions.cookies import BROWSER_COOKIE, read_cookie
from shop.sessions.known_browsers import is_known_secret
from shop.tokens import digest
from shop.web.request_info import get_visitor_network

REQUEST_LIMIT = "60 per 10 minutes"
ATTEMPT_LIMIT = "120 per 10 minutes"
SITE_LIMIT = "600 per minute"


def get_limit_key() -> str:
    """Return the key to count by: of its own for a browser that has signed in before, otherwise the network."""
    secret = read_cookie(BROWSER_COOKIE)
    return digest(secret) if secret and is_known_secret(secret) else get_visitor_network()


def is_from_known_browser() -> bool:
    """Return whether this browser has signed in before; a flood of strangers must not shut it out."""
    secret = read_cookie(BROWSER_COOKIE)
    return bool(secret) and is_known_secret(secret or "")


requests_per_visitor = limiter.shared_limit(REQUEST_LIMIT, scope="asks", key_func=get_limit_key, methods=["POST"])
attempts_per_visitor = limiter.shared_limit(ATTEMPT_LIMIT, scope="entries", key_func=get_limit_key, methods=["POST"])
requests_site_wide = limiter.shared_limit(
    SITE_LIMIT, scope="site", key_func=lambda: "all", methods=["POST"], exempt_when=is_from_known_browser
)
