"""How often one network may call. The numbers are those of the pages, and counted together with them."""

from werkzeug.exceptions import HTTPException

from shop.api.forms import JsonBody
from shop.extensions import limiter
from shop.signin.network_limits import ATTEMPT_LIMIT, REQUEST_LIMIT, SITE_LIMIT
from shop.web.request_info import get_visitor_network


def is_confidential_client() -> bool:
    """Say whether a client with a secret calls: all its people come from its one machine, and an owner let it in."""
    try:
        client = JsonBody().client()
    except HTTPException:
        return False  # the call itself will say what is wrong
    return client is not None and not client.is_public


code_requests_per_network = limiter.shared_limit(
    REQUEST_LIMIT, scope="asks", key_func=get_visitor_network, methods=["POST"], exempt_when=is_confidential_client
)
sign_ins_per_network = limiter.shared_limit(
    ATTEMPT_LIMIT, scope="entries", key_func=get_visitor_network, methods=["POST"], exempt_when=is_confidential_client
)
code_requests_in_all = limiter.shared_limit(SITE_LIMIT, scope="site", key_func=lambda: "all", methods=["POST"])
