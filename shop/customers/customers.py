"""Create and edit customers; set their tags."""

from collections.abc import Mapping
from typing import Any

from shop import clock
from shop.audit.entries import record
from shop.customers.models.customer import ADDRESS_FIELDS, Customer, CustomerAddress, CustomerTag
from shop.customers.search_index import index_customer
from shop.extensions import db
from shop.lists.sort import sort_key
from shop.web.actor import Actor

FIELDS = ("name", "email", "phone", "note", "tags", "accepts_marketing")
BLANK: dict[str, Any] = {"name": "", "email": "", "phone": "", "note": "", "tags": [], "accepts_marketing": False}


def create(values: Mapping[str, Any], *, actor: Actor) -> Customer:
    """Add a customer with the FIELDS that are given, and an `address` with the keys of ADDRESS_FIELDS."""
    now = clock.now()
    customer = Customer(
        name_key="", orders=0, spent=0, spent_by_currency={}, created_at=now, updated_at=now, version=1, **_unset()
    )
    set_values(customer, {**BLANK, **values})
    if any((values.get("address") or {}).values()):
        customer.addresses.append(CustomerAddress(is_default=True, fields=complete_address(values["address"])))
    db.session.add(customer)
    db.session.flush()
    index_customer(customer)
    record("customer_added", actor=actor, customer=customer.id)
    return customer


def edit(customer: Customer, values: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Write values of FIELDS to a locked customer. Returns the names of what changed, as in the audit log."""
    fields = set_values(customer, values)
    if fields:
        record_change(customer, fields, actor=actor)
    return fields


def record_change(customer: Customer, fields: list[str], *, actor: Actor) -> None:
    """Record a locked customer's change: a new version, the search index, the audit log."""
    customer.version += 1
    customer.updated_at = clock.now()
    db.session.flush()
    index_customer(customer)
    record("customer_changed", actor=actor, customer=customer.id, fields=fields)


def values_of(customer: Customer) -> dict[str, Any]:
    """Return what can be edited of a customer, as plain values."""
    return {name: getattr(customer, name) for name in FIELDS}


def set_values(customer: Customer, values: Mapping[str, Any]) -> list[str]:
    """Write values of FIELDS to a customer. Returns the names of what changed."""
    changed = [name for name in FIELDS if name in values and getattr(customer, name) != values[name]]
    for name in changed:
        if name == "tags":
            set_tags(customer, values["tags"])
        else:
            setattr(customer, name, values[name])
    if "accepts_marketing" in changed:
        # The date is that of the customer's decision, so it changes only with the checkbox.
        customer.marketing_changed_at = clock.now()
    customer.name_key = sort_key(customer.name)
    return changed


def set_tags(customer: Customer, tags: list[str]) -> None:
    """Replace a customer's tags by these."""
    here = {row.tag: row for row in customer.tag_rows}
    customer.tag_rows = [here.get(tag) or CustomerTag(tag=tag) for tag in sorted(tags)]


def complete_address(fields: Mapping[str, str]) -> dict[str, str]:
    """Return an address with exactly the keys of ADDRESS_FIELDS."""
    return {name: fields.get(name) or "" for name in ADDRESS_FIELDS}


def _unset() -> dict[str, Any]:
    return {name: value for name, value in BLANK.items() if name != "tags"}
