"""Browsers and programs: which ones have signed in as whom before, and what to call them."""

import json
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from ua_parser import parse

from shop import clock
from shop.extensions import db
from shop.people.models.person import Person
from shop.tokens import digest
from shop.transactions import insert_if_missing


class KnownBrowser(db.Model):  # type: ignore[name-defined]
    """A browser that signed in as a person; recognised by a secret of its own, kept as a hash.

    Or a program that signed somebody in, recognised by what is known of it; its hash begins with a letter that no
    browser's has, so that no cookie passes for a program.
    """

    __tablename__ = "known_browsers"
    __table_args__ = (UniqueConstraint("person_id", "secret_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), index=True)
    first_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)


def remember(person: Person, secret: str) -> bool:
    """Know this browser as the person's from now on. Gives whether it was new."""
    return insert_if_missing(KnownBrowser, person_id=person.id, secret_hash=digest(secret), first_at=clock.now())


def remember_program(person: Person, *known_of_it: str) -> bool:
    """Know a program as one that signs the person in from now on, by what is known of it. Gives whether it was new."""
    name = f"p{digest(json.dumps(known_of_it))[:63]}"
    return insert_if_missing(KnownBrowser, person_id=person.id, secret_hash=name, first_at=clock.now())


def find_known(secret: str | None, address: str) -> str | None:
    """Give the browser's hash if it has signed in as that address before."""
    known = (
        select(KnownBrowser.secret_hash)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(KnownBrowser.secret_hash == digest(secret or ""), Person.address == address)
    )
    return db.session.scalar(known)


def known_since(person_id: int) -> list[datetime]:
    """Give since when each browser and program of a person is known."""
    query = select(KnownBrowser.first_at).where(KnownBrowser.person_id == person_id).order_by(KnownBrowser.id)
    return list(db.session.scalars(query))


def forget_since(person_id: int, at: datetime) -> None:
    """Know no longer what a person has used only since then: somebody else did."""
    since = (KnownBrowser.person_id == person_id, KnownBrowser.first_at >= at)
    db.session.execute(delete(KnownBrowser).where(*since).execution_options(synchronize_session=False))


def is_known(secret: str) -> bool:
    """Say whether somebody with a role has signed in from the browser with this secret.

    A customer's browser is a stranger's: at a client that is open to everybody anybody can make themselves known.
    """
    known = (
        select(KnownBrowser.id)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(KnownBrowser.secret_hash == digest(secret), Person.is_customer.is_(False))
        .limit(1)
    )
    return db.session.scalar(known) is not None


def in_words(user_agent: str) -> str:
    """Name a browser and its system for people: `Firefox on Ubuntu`."""
    found = parse(user_agent) if user_agent else None
    browser = found.user_agent.family if found and found.user_agent else "an unknown browser"
    system = found.os.family if found and found.os else "an unknown system"
    return f"{browser} on {system}"
