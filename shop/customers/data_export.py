"""Everything stored about one customer, as plain values."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shop import clock, money
from shop.audit.entries import record
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.registry import Registry
from shop.web.actor import Actor

MADE_AT = "made at"  # not marked: a file

# Each room that stores something about customers adds its part, under its name.
parts: Registry[Callable[[int], Any]] = Registry()


def export_customer(customer_id: int, *, actor: Actor) -> dict[str, Any] | None:
    """Return everything stored about a customer, and record the export; None if there is no such customer."""
    customer = db.session.get(Customer, customer_id)
    if customer is None:
        return None
    told = {MADE_AT: clock.now().isoformat(timespec="seconds"), "customer": _tell(customer)}
    told.update({name: part(customer_id) for name, part in parts.items()})
    rows = sum(len(part) if isinstance(part, list) else 1 for name, part in told.items() if name != MADE_AT)
    what = f"all data of customer {customer_id}"  # not marked: recorded
    record("exported", actor=actor, what=what, rows=rows)
    return told


def _tell(customer: Customer) -> dict[str, Any]:
    return {
        "number": customer.id,
        "name": customer.name,
        "e-mail": customer.email,
        "telephone": customer.phone,
        "note": customer.note,
        "tags": customer.tags,
        "addresses": [{**address.fields, "default": address.is_default} for address in customer.addresses],
        "accepts marketing": customer.accepts_marketing,
        "decided about marketing": _time(customer.marketing_changed_at),
        "orders": customer.orders,
        "spent": {code: money.format_plain(amount, code) for code, amount in customer.spent_by_currency.items()},
        "last order": _time(customer.last_order_at),
        "customer since": _time(customer.created_at),
        "last changed": _time(customer.updated_at),
        "erased": _time(customer.erased_at),
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
