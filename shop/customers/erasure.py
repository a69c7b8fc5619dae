"""Erase a customer's personal data; amounts stay. What is left is a number, and which orders it had."""

from collections.abc import Callable

from shop import clock
from shop.audit.entries import record
from shop.customers import bulk_tags, customers, hooks, search_index
from shop.customers.locks import lock_customers
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.lists.sort import sort_key
from shop.registry import Registry
from shop.web.actor import Actor

ERASED = "Erased customer"  # not marked: stored

# Each room that stores something about customers erases the person from it, and returns in how many records.
erasers: Registry[Callable[[int], int]] = Registry()


class AlreadyErased(Exception):
    """This customer has already been erased."""


def erase_customer(customer_id: int, *, actor: Actor) -> Customer:
    """Erase a person from everything that is stored except the amounts. Cannot be undone.

    Raises AlreadyErased, and LookupError if there is no such customer.
    """
    hooks.lock_orders(customer_id)
    held = lock_customers(customer_id)
    if not held:
        raise LookupError(customer_id)
    [customer] = held
    if customer.erased_at:
        raise AlreadyErased
    fields = _filled(customer)
    numbers = {name: erase_in(customer_id) for name, erase_in in erasers.items()}
    _blank(customer)
    bulk_tags.remove_from_undo(customer_id)
    db.session.flush()
    search_index.index_customer(customer)
    record("customer_erased", actor=actor, customer=customer_id, fields=fields, orders=numbers.get("orders", 0))
    return customer


def _filled(customer: Customer) -> list[str]:
    fields = [name for name in customers.FIELDS if getattr(customer, name)]
    return [*fields, "addresses"] if customer.addresses else fields


def _blank(customer: Customer) -> None:
    customer.name, customer.name_key = ERASED, sort_key(ERASED)
    customer.email = customer.phone = customer.note = ""
    customer.accepts_marketing, customer.marketing_changed_at = False, None
    customer.tag_rows, customer.addresses = [], []
    customer.erased_at = customer.updated_at = clock.now()
    customer.version += 1
