"""Browsers that have signed in as a person before, so that a new one can be told of."""

import json
from datetime import datetime

from sqlalchemy import delete, select

from shop import clock
from shop.extensions import db
from shop.people.models.person import Person
from shop.sessions.models.known_browser import KnownBrowser
from shop.tokens import digest
from shop.transactions import insert_if_missing


def remember_browser(person: Person, secret: str) -> bool:
    """Know this browser as the person's from now on. Gives whether it was new."""
    return insert_if_missing(KnownBrowser, person_id=person.id, secret_hash=digest(secret), first_at=clock.now())


def remember_program(person: Person, *known_of_it: str) -> bool:
    """Know a program as one that signs the person in from now on, by what is known of it. Gives whether it was new."""
    name = f"p{digest(json.dumps(known_of_it))[:63]}"
    return insert_if_missing(KnownBrowser, person_id=person.id, secret_hash=name, first_at=clock.now())


def find_known_hash(secret: str | None, address: str) -> str | None:
    """Give the browser's hash if it has signed in as that address before."""
    known = (
        select(KnownBrowser.secret_hash)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(KnownBrowser.secret_hash == digest(secret or ""), Person.address == address)
    )
    return db.session.scalar(known)


def list_first_seen(person_id: int) -> list[datetime]:
    """Give since when each browser and program of a person is known."""
    query = select(KnownBrowser.first_at).where(KnownBrowser.person_id == person_id).order_by(KnownBrowser.id)
    return list(db.session.scalars(query))


def forget_since(person_id: int, at: datetime) -> None:
    """Know no longer what a person has used only since then: somebody else did."""
    since = (KnownBrowser.person_id == person_id, KnownBrowser.first_at >= at)
    db.session.execute(delete(KnownBrowser).where(*since).execution_options(synchronize_session=False))


def is_known_secret(secret: str) -> bool:
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
