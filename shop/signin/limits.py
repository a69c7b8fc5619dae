"""How often one visitor, and all visitors together, may knock. What one address is due is in budgets.py."""

from shop.extensions import limiter
from shop.sessions.cookies import BROWSER_COOKIE, read_cookie
from shop.sessions.known_browsers import is_known_secret
from shop.tokens import digest
from shop.web.request_info import get_visitor_network

ASKS = "60 per 10 minutes"
ENTRIES = "120 per 10 minutes"
SITE = "600 per minute"


def bucket() -> str:
    """Give who is counted: a browser that has signed in before for itself, everybody else by network."""
    secret = read_cookie(BROWSER_COOKIE)
    return digest(secret) if secret and is_known_secret(secret) else get_visitor_network()


def is_known_browser() -> bool:
    """Say whether this browser has signed in before; a flood of strangers must not shut it out."""
    secret = read_cookie(BROWSER_COOKIE)
    return bool(secret) and is_known_secret(secret or "")


asks_per_visitor = limiter.shared_limit(ASKS, scope="asks", key_func=bucket, methods=["POST"])
entries_per_visitor = limiter.shared_limit(ENTRIES, scope="entries", key_func=bucket, methods=["POST"])
asks_of_all = limiter.shared_limit(
    SITE, scope="site", key_func=lambda: "all", methods=["POST"], exempt_when=is_known_browser
)
