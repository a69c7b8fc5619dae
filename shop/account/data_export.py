"""What is stored about a customer's account, for the export of their data."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from shop.account.account_person import find_account_person
from shop.clients import queries
from shop.extensions import db
from shop.sessions import known_browsers
from shop.sessions.models.login_session import LoginSession


def export_account(customer_id: int) -> list[dict[str, Any]]:
    """Return what is stored about a customer's account, as plain values. Empty for a person who ever had a role."""
    person = find_account_person(customer_id)
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
            "sessions": [_describe_session(session, names) for session in sessions],
            "browsers and programs known since": [_time(at) for at in known_browsers.list_first_seen(person.id)],
        }
    ]


def _describe_session(session: LoginSession, names: dict[str, str]) -> dict[str, Any]:
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
