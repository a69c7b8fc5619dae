"""Erase the account of a customer."""

from sqlalchemy import select, update

from shop.account.account_person import find_account_person
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.people.revocation import revocables
from shop.sessions import known_browsers
from shop.sessions.models.login_session import LoginSession
from shop.transactions import update_rows


def erase_account(customer_id: int) -> int:
    """End a customer's account and blank the person's data. Returns the number of accounts.

    The row stays, since other tables refer to it. If another customer has the same address, the account is theirs too,
    and stays.
    """
    person = find_account_person(customer_id)
    if person is None or _is_anothers(customer_id, person.address):
        return 0
    for holding in revocables.values():
        holding.end(person.address)
    known_browsers.forget_since(person.id, person.since)
    mine = update(LoginSession).where(LoginSession.person_id == person.id)
    update_rows(mine.values(network="", browser="", next_hash=None))
    person.address, person.domain = f"erased-{person.id}@", "@"
    return 1


def _is_anothers(customer_id: int, address: str) -> bool:
    others = select(Customer.id).where(Customer.email == address, Customer.id != customer_id).limit(1)
    return db.session.scalar(others) is not None
