"""How often one network may call for tokens. Each call needs a secret of 256 bits, so this only spares the database."""

from shop.extensions import limiter
from shop.visit import network_of_visitor

CALLS = "1200 per minute"

calls_per_network = limiter.shared_limit(CALLS, scope="calls", key_func=network_of_visitor, methods=["POST"])
