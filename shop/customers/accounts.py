"""Accounts: what the room of accounts knows of a customer, who may not know that room."""

from collections.abc import Callable
from datetime import datetime

from shop.registry import Registry

# Gives when a customer signed in to their account last; None without one.
last_sign_ins: Registry[Callable[[int], datetime | None]] = Registry()


def last_sign_in(customer_id: int) -> datetime | None:
    """Give when a customer signed in to their account last, if they have one."""
    return next((at for look in last_sign_ins.values() if (at := look(customer_id))), None)
