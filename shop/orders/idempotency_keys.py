"""Idempotency keys of the forms of an order, as its tables keep them."""

import re

from shop.tokens import digest

LONGEST_KEY = 60
OUR_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


def normalize_key(key: str) -> str:
    """Return a form's idempotency key as tables keep it: as it is, or a digest of what no form of ours would send.

    Keys that our own functions make have a colon: no one can send such a key, as it would be kept as a digest.
    """
    return key if OUR_KEY.fullmatch(key) else digest(key)[:LONGEST_KEY]


def scope_key(order_id: int, key: str) -> str:
    """Return the idempotency key of an order's form as tables keep it: on another order it is another key."""
    return digest(f"{order_id}:{key}")[:LONGEST_KEY]
