"""Person: somebody who has been let in, at least once."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.address import domain_of
from shop.extensions import db, insert_once


class Person(db.Model):  # type: ignore[name-defined]
    """One address that has signed in. What the person may do is not kept here: the allowlist says it, each time."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    domain: Mapped[str] = mapped_column(String(254), index=True)
    since: Mapped[datetime] = mapped_column(clock.Moment)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(clock.Moment)


def admit(address: str) -> Person:
    """Give the person of an address that may enter, known from now on; two at once get the same one."""
    insert_once(Person, address=address, domain=domain_of(address), since=clock.now())
    return db.session.scalars(select(Person).where(Person.address == address)).one()


def find_person(address: str) -> Person | None:
    """Give the person of an address, if it ever signed in."""
    return db.session.scalar(select(Person).where(Person.address == address))


def people_at(subject: str) -> list[str]:
    """Give the addresses of the known people that a rule's subject speaks of."""
    column = Person.domain if subject.startswith("@") else Person.address
    return list(db.session.scalars(select(Person.address).where(column == subject).order_by(Person.address)))
