"""Purchases: what the room of orders knows of a customer, who may not know that room."""

from collections.abc import Callable, Sequence
from typing import Any

from shop.registry import Registry

NEWEST = 20

# Gives a customer's newest orders, at most so many: rows with number, placed_at, total, currency and their states.
newest: Registry[Callable[[int, int], Sequence[Any]]] = Registry()
# Holds all orders of some customers until the transaction ends: whoever holds an order may wait for its customer.
holders: Registry[Callable[[Sequence[int]], None]] = Registry()


def of(customer_id: int) -> list[Any]:
    """Give a customer's newest orders."""
    return [row for look in newest.values() for row in look(customer_id, NEWEST)]


def hold(*customer_ids: int) -> None:
    """Hold all orders of some customers, before the customers themselves are held."""
    for holder in holders.values():
        holder(customer_ids)
