"""Live grants; the rules for their person and client are read again each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select

from shop import clock
from shop.clients.access_policy import find_refusal
from shop.clients.models.client import Client, ClientAccess
from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.people.access_policy import AccessDecision, decide_access
from shop.people.models.person import Person
from shop.sessions.models.login_session import LoginSession

KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True)
class LiveGrant:
    """A live grant: its person, and their current access."""

    grant: Grant
    person: Person
    verdict: AccessDecision


def find_live(grant_id: str) -> LiveGrant | None:
    """Return a live grant whose person may still sign in to its client; all of it is read from the database again."""
    config, at = current_app.config, clock.now()
    found = db.session.execute(
        select(Grant, Person)
        .join(Person, Person.id == Grant.person_id)
        .join(LoginSession, LoginSession.id == Grant.session_id)
        .where(
            Grant.id == grant_id,
            Grant.ended_at.is_(None),
            Grant.used_at > at - timedelta(hours=config["SESSION_IDLE_HOURS"]),
            LoginSession.ended_at.is_(None),
            LoginSession.started_at > at - timedelta(days=config["SESSION_MAX_DAYS"]),
        )
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        return None
    grant, person = found
    verdict = decide_access(person.address)
    if person.is_customer:
        verdict = verdict.of_customer()
    return LiveGrant(grant, person, verdict) if find_refusal(grant.client_id, verdict) is None else None


def list_holders() -> list[str]:
    """Return the addresses with a grant that needs a role. A client that is open to everyone needs none."""
    unended = (
        select(Person.address)
        .join(Grant, Grant.person_id == Person.id)
        .outerjoin(Client, and_(Client.id == Grant.client_id, Client.who == ClientAccess.EVERYBODY))
        .where(Grant.ended_at.is_(None), or_(Client.id.is_(None), Person.is_customer.is_(False)))
    )
    return list(db.session.scalars(unended.distinct()))


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for grants whose last use is older than their retention."""
    return Grant.used_at <= at - KEPT_FOR
