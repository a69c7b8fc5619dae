"""Writing down a customer: who they are, what they agreed to, where they live, and the words they are found by."""

from collections.abc import Mapping
from typing import Any

from shop import clock
from shop.audit.entries import record
from shop.customers.customer import ADDRESS_FIELDS, Customer, CustomerAddress, CustomerTag
from shop.extensions import db
from shop.lists.sort import sort_key
from shop.search import word_index
from shop.web.request_info import RequestInfo

KIND = "customer"
FIELDS = ("name", "email", "phone", "note", "tags", "accepts_marketing")
BLANK: dict[str, Any] = {"name": "", "email": "", "phone": "", "note": "", "tags": [], "accepts_marketing": False}


def add(values: Mapping[str, Any], *, by: str, visit: RequestInfo) -> Customer:
    """Add a customer with those of FIELDS that are given, and an `address` with the keys of ADDRESS_FIELDS."""
    now = clock.now()
    customer = Customer(
        name_key="", orders=0, spent=0, spent_by_currency={}, created_at=now, updated_at=now, version=1, **_unset()
    )
    write(customer, {**BLANK, **values})
    if any((values.get("address") or {}).values()):
        customer.addresses.append(CustomerAddress(is_default=True, fields=address_of(values["address"])))
    db.session.add(customer)
    db.session.flush()
    index_words(customer)
    record("customer_added", by=by, visit=visit, customer=customer.id)
    return customer


def change(customer: Customer, values: Mapping[str, Any], *, by: str, visit: RequestInfo) -> list[str]:
    """Write values of FIELDS over a locked customer. Gives the names of what changed, which the audit log has too."""
    fields = write(customer, values)
    if fields:
        keep(customer, fields, by=by, visit=visit)
    return fields


def put_address(
    customer: Customer, address: CustomerAddress | None, fields: Mapping[str, str], *, by: str, visit: RequestInfo
) -> None:
    """Add an address to a locked customer, or with one of theirs write over it; the first is the default."""
    given = address_of(fields)
    if address is None:
        customer.addresses.append(CustomerAddress(is_default=not customer.addresses, fields=given))
    elif address.fields == given:
        return
    else:
        address.fields = given
    keep(customer, ["addresses"], by=by, visit=visit)


def remove_address(customer: Customer, address: CustomerAddress, *, by: str, visit: RequestInfo) -> None:
    """Take an address away from a locked customer; where it was the default, the oldest one left is."""
    customer.addresses.remove(address)
    if address.is_default and customer.addresses:
        customer.addresses[0].is_default = True
    keep(customer, ["addresses"], by=by, visit=visit)


def make_default(customer: Customer, address: CustomerAddress, *, by: str, visit: RequestInfo) -> None:
    """Make an address of a locked customer the one that orders begin with."""
    if not address.is_default:
        for one in customer.addresses:
            one.is_default = one is address
        keep(customer, ["addresses"], by=by, visit=visit)


def keep(customer: Customer, fields: list[str], *, by: str, visit: RequestInfo) -> None:
    """Make a locked customer's change known: a new version, the words they are found by, the audit log."""
    customer.version += 1
    customer.updated_at = clock.now()
    db.session.flush()
    index_words(customer)
    record("customer_changed", by=by, visit=visit, customer=customer.id, fields=fields)


def values_of(customer: Customer) -> dict[str, Any]:
    """Give what can be edited of a customer, as plain values."""
    return {name: getattr(customer, name) for name in FIELDS}


def write(customer: Customer, values: Mapping[str, Any]) -> list[str]:
    """Write values of FIELDS over a customer. Gives the names of what changed."""
    changed = [name for name in FIELDS if name in values and getattr(customer, name) != values[name]]
    for name in changed:
        if name == "tags":
            retag(customer, values["tags"])
        else:
            setattr(customer, name, values[name])
    if "accepts_marketing" in changed:
        # The date is of what the customer decided, so it changes with the tick alone.
        customer.marketing_changed_at = clock.now()
    customer.name_key = sort_key(customer.name)
    return changed


def retag(customer: Customer, tags: list[str]) -> None:
    """Give a customer these tags and no others."""
    here = {row.tag: row for row in customer.tag_rows}
    customer.tag_rows = [here.get(tag) or CustomerTag(tag=tag) for tag in sorted(tags)]


def index_words(customer: Customer) -> None:
    """Write anew by which words a locked customer is found; who was erased is found by none."""
    if customer.erased_at:
        word_index.remove_record(KIND, customer.id)
        return
    homes = [address.fields for address in customer.addresses]
    texts = [customer.name, customer.email, *customer.tags]
    texts += [home.get(part, "") for home in homes for part in ("name", "company")]
    phones = [customer.phone, *(home.get("phone", "") for home in homes)]
    word_index.index_record(KIND, customer.id, texts, [phone for phone in phones if phone])


def address_of(fields: Mapping[str, str]) -> dict[str, str]:
    """Give an address with exactly the keys of ADDRESS_FIELDS."""
    return {name: fields.get(name) or "" for name in ADDRESS_FIELDS}


def _unset() -> dict[str, Any]:
    return {name: value for name, value in BLANK.items() if name != "tags"}
