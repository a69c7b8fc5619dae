"""Browsers that have signed in as a person before; the person is notified of a new one."""

import json
from datetime import datetime

from sqlalchemy import delete, select

from shop import clock
from shop.extensions import db
from shop.people.models.person import Person
from shop.sessions.models.known_browser import KnownBrowser
from shop.tokens import digest
from shop.transactions import insert_if_missing, update_rows


def remember_browser(person: Person, secret: str) -> bool:
    """Remember this browser as the person's. Returns whether it was new."""
    return insert_if_missing(KnownBrowser, person_id=person.id, secret_hash=digest(secret), first_at=clock.now())


def remember_program(person: Person, *known_of_it: str) -> bool:
    """Remember a program that signs the person in, by its traits. Returns whether it was new."""
    name = f"p{digest(json.dumps(known_of_it))[:63]}"
    return insert_if_missing(KnownBrowser, person_id=person.id, secret_hash=name, first_at=clock.now())


def find_known_hash(secret: str | None, address: str) -> str | None:
    """Return the browser's hash if it has signed in with that address before."""
    known = (
        select(KnownBrowser.secret_hash)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(KnownBrowser.secret_hash == digest(secret or ""), Person.address == address)
    )
    return db.session.scalar(known)


def list_first_seen(person_id: int) -> list[datetime]:
    """Return since when each browser and program of a person is known (UTC)."""
    query = select(KnownBrowser.first_at).where(KnownBrowser.person_id == person_id).order_by(KnownBrowser.id)
    return list(db.session.scalars(query))


def forget_since(person_id: int, at: datetime) -> None:
    """Forget what a person has used only since then: it was someone else's."""
    since = (KnownBrowser.person_id == person_id, KnownBrowser.first_at >= at)
    update_rows(delete(KnownBrowser).where(*since))


def is_known_secret(secret: str) -> bool:
    """Return whether a person with a role has signed in from the browser with this secret.

    A customer's browser counts as a stranger's: a client that is open to everyone makes anyone known.
    """
    known = (
        select(KnownBrowser.id)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(KnownBrowser.secret_hash == digest(secret), Person.is_customer.is_(False))
        .limit(1)
    )
    return db.session.scalar(known) is not None
