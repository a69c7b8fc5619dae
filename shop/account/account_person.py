"""The person who signs in with a customer's address, if they have only an account."""

from datetime import datetime

from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.people.models.person import Person
from shop.people.queries import find_person


def find_account_person(customer_id: int) -> Person | None:
    """Give the person of a customer's account; nobody for one who ever had a role, who is not the customers' affair."""
    customer = db.session.get(Customer, customer_id)
    person = find_person(customer.email) if customer and customer.email else None
    return person if person and person.is_customer else None


def find_last_sign_in(customer_id: int) -> datetime | None:
    """Give when a customer signed in to their account last; None without one."""
    person = find_account_person(customer_id)
    return person.last_sign_in_at if person else None
