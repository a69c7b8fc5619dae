"""Rate limits per network. They equal those of the pages, and share their counters."""

from werkzeug.exceptions import HTTPException

from shop.api.forms import JsonBody
from shop.extensions import limiter
from shop.signin.network_limits import ATTEMPT_LIMIT, REQUEST_LIMIT, SITE_LIMIT
from shop.web.request_info import get_visitor_network


def is_confidential_client() -> bool:
    """Return whether a confidential client calls. Its people all share one machine, and an owner registered it."""
    try:
        client = JsonBody().client()
    except HTTPException:
        return False  # the call itself reports what is wrong
    return client is not None and not client.is_public


code_requests_per_network = limiter.shared_limit(
    REQUEST_LIMIT, scope="asks", key_func=get_visitor_network, methods=["POST"], exempt_when=is_confidential_client
)
sign_ins_per_network = limiter.shared_limit(
    ATTEMPT_LIMIT, scope="entries", key_func=get_visitor_network, methods=["POST"], exempt_when=is_confidential_client
)
code_requests_in_all = limiter.shared_limit(SITE_LIMIT, scope="site", key_func=lambda: "all", methods=["POST"])
