"""Person: somebody who has been let in, at least once."""

from datetime import datetime

from sqlalchemy import String, false, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.email_address import email_domain
from shop.extensions import db
from shop.tokens import new_id
from shop.transactions import insert_if_missing


class Person(db.Model):  # type: ignore[name-defined]
    """One address that has signed in. What the person may do is not kept here: the allowlist says it, each time.

    `is_customer` says that the last sign-in was one without a role, to a client open to everybody. No session of theirs
    has one, whatever rules come, until they sign in with it.
    `public_id` is what programs know the person by: it stays, tells nothing and cannot be guessed.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    domain: Mapped[str] = mapped_column(String(254), index=True)
    since: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    is_customer: Mapped[bool] = mapped_column(default=False, server_default=false(), index=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_id)


def admit(address: str, *, as_customer: bool = False) -> Person:
    """Give the person of an address that may enter, known from now on; two at once get the same one."""
    facts = {"address": address, "domain": email_domain(address), "since": clock.now(), "is_customer": as_customer}
    insert_if_missing(Person, **facts)
    person = db.session.scalars(select(Person).where(Person.address == address)).one()
    person.is_customer = as_customer
    return person


def find_person(address: str) -> Person | None:
    """Give the person of an address, if it ever signed in."""
    return db.session.scalar(select(Person).where(Person.address == address))


def people_at(domain: str) -> list[str]:
    """Give the addresses of the known people of a domain, `@example.com`, without its customers."""
    known = select(Person.address).where(Person.domain == domain, Person.is_customer.is_(False))
    return list(db.session.scalars(known.order_by(Person.address)))
