"""The postal addresses of a customer: add, change, remove, and choose the default."""

from collections.abc import Mapping

from shop.customers.customers import complete_address, record_change
from shop.customers.models.customer import Customer, CustomerAddress
from shop.web.actor import Actor


def save_address(
    customer: Customer, address: CustomerAddress | None, fields: Mapping[str, str], *, actor: Actor
) -> None:
    """Add an address to a locked customer, or overwrite one of theirs; the first is the default."""
    given = complete_address(fields)
    if address is None:
        customer.addresses.append(CustomerAddress(is_default=not customer.addresses, fields=given))
    elif address.fields == given:
        return
    else:
        address.fields = given
    record_change(customer, ["addresses"], actor=actor)


def remove_address(customer: Customer, address: CustomerAddress, *, actor: Actor) -> None:
    """Remove an address from a locked customer; if it was the default, the oldest one left becomes it."""
    customer.addresses.remove(address)
    if address.is_default and customer.addresses:
        customer.addresses[0].is_default = True
    record_change(customer, ["addresses"], actor=actor)


def make_default(customer: Customer, address: CustomerAddress, *, actor: Actor) -> None:
    """Make an address of a locked customer the default for new orders."""
    if not address.is_default:
        for one in customer.addresses:
            one.is_default = one is address
        record_change(customer, ["addresses"], actor=actor)
