"""The person who signs in with a customer's address, if they have only an account."""

from datetime import datetime

from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.people.models.person import Person
from shop.people.queries import find_person


def find_account_person(customer_id: int) -> Person | None:
    """Return the person of a customer's account.

    None for a person who ever had a role: they are not a customer's data.
    """
    customer = db.session.get(Customer, customer_id)
    person = find_person(customer.email) if customer and customer.email else None
    return person if person and person.is_customer else None


def find_last_sign_in(customer_id: int) -> datetime | None:
    """Return when a customer last signed in to their account (UTC); None if they never did."""
    person = find_account_person(customer_id)
    return person.last_sign_in_at if person else None
