"""Start, touch and end the sessions of signed-in browsers."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select, update

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.people.models.person import Person
from shop.sessions.models.login_session import EndReason, LoginSession
from shop.tokens import digest
from shop.transactions import update_returning, update_rows
from shop.web.actor import COMMAND_LINE, Actor
from shop.web.request_info import RequestInfo

TOUCH_INTERVAL = timedelta(minutes=1)


def start(
    person: Person,
    secret: str,
    *,
    via: str,
    visit: RequestInfo,
    client_id: str | None = None,
    next_path: str | None = None,
) -> LoginSession:
    """Begin a session for a browser that has just signed in; `secret` goes into its cookie and is not stored."""
    at = clock.now()
    session = LoginSession(
        secret_hash=digest(secret),
        person_id=person.id,
        started_at=at,
        last_seen_at=at,
        proven_at=at,
        via=via,
        network=visit.network,
        browser=visit.browser,
        client_id=client_id,
        next_hash=digest(next_path) if next_path else None,
    )
    person.last_sign_in_at = at
    db.session.add(session)
    db.session.flush()
    return session


def mark_proven(session_id: int) -> None:
    """Record that the session's person has just proven to own the mailbox."""
    update_rows(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(proven_at=clock.now())
    )


def end_others(person_id: int, keep: int, *, because: str) -> list[int]:
    """End every session of a person but one. Returns their numbers."""
    ended = update_returning(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.id != keep, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
        .returning(LoginSession.id)
    )
    return sorted(ended.scalars())


def get_max_seconds() -> int:
    """Return the maximum duration of a session in seconds."""
    return int(timedelta(days=current_app.config["SESSION_MAX_DAYS"]).total_seconds())


def is_touch_due(session: LoginSession) -> bool:
    """Return whether `last seen` is more than a minute old."""
    return clock.now() - session.last_seen_at >= TOUCH_INTERVAL


def touch(session_id: int) -> None:
    """Record that a session was seen now, unless another request just did."""
    at = clock.now()
    update_rows(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at <= at - TOUCH_INTERVAL)
        .values(last_seen_at=at)
    )


def end(session_id: int, because: str) -> bool:
    """End one session. Returns whether it was live."""
    ended = update_rows(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
    )
    return ended == 1


def sign_out(session_id: int, address: str, visit: RequestInfo) -> None:
    """Sign the person out of a session, with the audit log entry."""
    if end(session_id, EndReason.SIGNED_OUT):
        record("signed_out", actor=Actor(address, visit), address=address, session=session_id)


def end_reported(session_id: int, because: str) -> LoginSession | None:
    """End a session that its person reported as not theirs, or mark an ended one as reported. Returns the session."""
    update_rows(
        update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(ended_at=func.coalesce(LoginSession.ended_at, clock.now()), ended_because=because)
    )
    return db.session.get(LoginSession, session_id, populate_existing=True)


def end_all(address: str, *, because: str = EndReason.ACCESS_ENDED) -> int:
    """End every session of an address. Returns their number."""
    mine = select(Person.id).where(Person.address == address).scalar_subquery()
    ended = update_rows(
        update(LoginSession)
        .where(LoginSession.person_id == mine, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
    )
    return ended


def end_by_command(session: LoginSession, address: str) -> bool:
    """End one session from the command line, with its audit log entry."""
    reason = EndReason.BY_COMMAND
    if not end(session.id, reason):
        return False
    record("session_ended", actor=COMMAND_LINE, address=address, session=session.id, reason=reason)
    return True
