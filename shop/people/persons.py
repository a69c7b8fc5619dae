"""Record an address that has signed in for the first time."""

from sqlalchemy import select

from shop import clock
from shop.email_address import email_domain
from shop.extensions import db
from shop.people.models.person import Person
from shop.transactions import insert_if_missing


def admit_person(address: str) -> Person:
    """Return the person of an address with access, created if missing; concurrent calls get the same one."""
    insert_if_missing(Person, address=address, domain=email_domain(address), since=clock.now())
    return db.session.scalars(select(Person).where(Person.address == address)).one()
