"""Forgetting: what becomes of an account when its customer asks for their data, or is erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from shop.account.holder import find_holder
from shop.clients import queries
from shop.customers.customer import Customer
from shop.extensions import db
from shop.people.revocation import revocables
from shop.sessions import known_browsers
from shop.sessions.models.login_session import LoginSession


def dossier(customer_id: int) -> list[dict[str, Any]]:
    """Give what is kept about the account of a customer, as plain values; none of somebody who ever had a role."""
    person = find_holder(customer_id)
    if person is None:
        return []
    names = queries.client_names()
    sessions = db.session.scalars(
        select(LoginSession).where(LoginSession.person_id == person.id).order_by(LoginSession.id)
    )
    return [
        {
            "address": person.address,
            "since": _time(person.since),
            "last sign-in": _time(person.last_sign_in_at),
            "known to programs as": person.public_id,
            "sessions": [_tell(session, names) for session in sessions],
            "browsers and programs known since": [_time(at) for at in known_browsers.list_first_seen(person.id)],
        }
    ]


def erase(customer_id: int) -> int:
    """End the account of a customer and blank who it was. Gives how many there were.

    The row stays, since others name it by its number. Where another customer has the same address the account is
    theirs as well, and stays.
    """
    person = find_holder(customer_id)
    if person is None or _is_anothers(customer_id, person.address):
        return 0
    for holding in revocables.values():
        holding.end(person.address)
    known_browsers.forget_since(person.id, person.since)
    mine = update(LoginSession).where(LoginSession.person_id == person.id)
    db.session.execute(mine.values(network="", browser="", next_hash=None).execution_options(synchronize_session=False))
    person.address, person.domain = f"erased-{person.id}@", "@"
    return 1


def _is_anothers(customer_id: int, address: str) -> bool:
    others = select(Customer.id).where(Customer.email == address, Customer.id != customer_id).limit(1)
    return db.session.scalar(others) is not None


def _tell(session: LoginSession, names: dict[str, str]) -> dict[str, Any]:
    return {
        "began": _time(session.started_at),
        "by": session.via,
        "last proven": _time(session.proven_at),
        "last seen": _time(session.last_seen_at),
        "ended": _time(session.ended_at),
        "ended because": session.ended_because,
        "network": session.network,
        "browser": session.browser,
        "signed in to": names.get(session.client_id or "", ""),
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
