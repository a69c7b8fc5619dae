"""Read sessions: one, the live ones, and the people who hold them."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, not_, or_, select

from shop import clock, ids
from shop.clients.models.client import Client, ClientAccess
from shop.extensions import db
from shop.people.models.person import Person
from shop.sessions.models.login_session import LoginSession

RETENTION = timedelta(days=90)


def is_live(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for live sessions: neither ended, nor idle for too long, nor too old."""
    return is_live_since(*live_bounds(at))


def is_live_since(seen_after: Any, started_after: Any) -> ColumnElement[bool]:
    """Return the SQL condition for sessions that have not ended, and are newer than these instants or parameters."""
    return and_(
        LoginSession.ended_at.is_(None), LoginSession.last_seen_at > seen_after, LoginSession.started_at > started_after
    )


def live_bounds(at: datetime) -> tuple[datetime, datetime]:
    """Return since when a live session must have been seen, and since when begun."""
    config = current_app.config
    return at - timedelta(hours=config["SESSION_IDLE_HOURS"]), at - timedelta(days=config["SESSION_MAX_DAYS"])


def find_session(session_id: str | int) -> LoginSession | None:
    """Return a session by its number, ended or not."""
    number = int(session_id)
    return db.session.get(LoginSession, number) if number <= ids.LARGEST else None


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for sessions that ended, idled out or expired longer ago than their retention."""
    since = at - RETENTION
    return or_(LoginSession.ended_at <= since, and_(LoginSession.ended_at.is_(None), not_(is_live(since))))


def list_holders() -> list[str]:
    """Return the addresses with a live session that needs a role. A client that is open to everyone needs none."""
    live = (
        select(Person.address)
        .join(LoginSession, LoginSession.person_id == Person.id)
        .outerjoin(Client, and_(Client.id == LoginSession.client_id, Client.who == ClientAccess.EVERYBODY))
        .where(is_live(clock.now()), or_(Client.id.is_(None), Person.is_customer.is_(False)))
    )
    return list(db.session.scalars(live.distinct()))


def list_live_sessions(address: str | None = None) -> list[tuple[LoginSession, str]]:
    """Return the live sessions with their addresses, newest first; of one address or of all."""
    query = (
        select(LoginSession, Person.address)
        .join(Person, Person.id == LoginSession.person_id)
        .where(is_live(clock.now()))
        .order_by(LoginSession.id.desc())
    )
    if address:
        query = query.where(Person.address == address)
    return [(session, owner) for session, owner in db.session.execute(query)]
