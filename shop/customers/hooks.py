"""What other rooms know of a customer: newest orders, order locks, last sign-in. They add it here."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from shop.registry import Registry

NEWEST = 20

# Returns a customer's newest orders, at most so many: rows with number, placed_at, total, currency and their states.
newest_orders: Registry[Callable[[int, int], Sequence[Any]]] = Registry()
# Locks all orders of some customers until the transaction ends: who has locked an order may wait for its customer.
order_locks: Registry[Callable[[Sequence[int]], None]] = Registry()
# Returns when a customer last signed in to their account; None without one.
last_sign_ins: Registry[Callable[[int], datetime | None]] = Registry()


def list_newest_orders(customer_id: int) -> list[Any]:
    return [row for look in newest_orders.values() for row in look(customer_id, NEWEST)]


def lock_orders(*customer_ids: int) -> None:
    """Lock all orders of some customers, before the customers themselves are locked."""
    for holder in order_locks.values():
        holder(customer_ids)


def find_last_sign_in(customer_id: int) -> datetime | None:
    """Return when a customer last signed in to their account; None without one."""
    return next((at for look in last_sign_ins.values() if (at := look(customer_id))), None)
