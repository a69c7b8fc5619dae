"""What other rooms know of a customer: newest orders, order locks, last sign-in. They add it here."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from shop.registry import Registry

NEWEST = 20

# Gives a customer's newest orders, at most so many: rows with number, placed_at, total, currency and their states.
newest_orders: Registry[Callable[[int, int], Sequence[Any]]] = Registry()
# Holds all orders of some customers until the transaction ends: whoever holds an order may wait for its customer.
order_locks: Registry[Callable[[Sequence[int]], None]] = Registry()
# Gives when a customer signed in to their account last; None without one.
last_sign_ins: Registry[Callable[[int], datetime | None]] = Registry()


def list_newest_orders(customer_id: int) -> list[Any]:
    """Return a customer's newest orders."""
    return [row for look in newest_orders.values() for row in look(customer_id, NEWEST)]


def lock_orders(*customer_ids: int) -> None:
    """Hold all orders of some customers, before the customers themselves are held."""
    for holder in order_locks.values():
        holder(customer_ids)


def find_last_sign_in(customer_id: int) -> datetime | None:
    """Return when a customer signed in to their account last, if they have one."""
    return next((at for look in last_sign_ins.values() if (at := look(customer_id))), None)
