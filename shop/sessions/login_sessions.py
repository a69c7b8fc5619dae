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
from shop.transactions import affected_rows
from shop.web.request_info import COMMAND_LINE, RequestInfo

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
    """Begin a session for a browser that was just let in; `secret` goes into its cookie and is not kept."""
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
    """Note that the person of a session has just proven to hold the mailbox."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(proven_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def end_others(person_id: int, keep: int, *, because: str) -> list[int]:
    """End every session of a person but one. Gives their numbers."""
    ended = db.session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.id != keep, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
        .returning(LoginSession.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(ended.scalars())


def get_max_seconds() -> int:
    """Give for how many seconds a session may last at most."""
    return int(timedelta(days=current_app.config["SESSION_MAX_DAYS"]).total_seconds())


def is_touch_due(session: LoginSession) -> bool:
    """Say whether `last seen` is more than a minute old."""
    return clock.now() - session.last_seen_at >= TOUCH_INTERVAL


def touch(session_id: int) -> None:
    """Write that a session was seen now, unless another request just did."""
    at = clock.now()
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at <= at - TOUCH_INTERVAL)
        .values(last_seen_at=at)
        .execution_options(synchronize_session=False)
    )


def end(session_id: int, because: str) -> bool:
    """End one session. Gives whether it had not ended before."""
    ended = db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
        .execution_options(synchronize_session=False)
    )
    return affected_rows(ended) == 1


def sign_out(session_id: int, address: str, visit: RequestInfo) -> None:
    """End a session because its person is leaving, with the entry."""
    if end(session_id, EndReason.SIGNED_OUT):
        record("signed_out", by=address, visit=visit, address=address, session=session_id)


def end_reported(session_id: int, because: str) -> LoginSession | None:
    """End one session that its person never began, and say so of one that had ended already. Gives the session."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(ended_at=func.coalesce(LoginSession.ended_at, clock.now()), ended_because=because)
        .execution_options(synchronize_session=False)
    )
    return db.session.get(LoginSession, session_id, populate_existing=True)


def end_all(address: str, *, because: str = EndReason.ACCESS_ENDED) -> int:
    """End every session of an address. Gives how many there were."""
    mine = select(Person.id).where(Person.address == address).scalar_subquery()
    ended = db.session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == mine, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
        .execution_options(synchronize_session=False)
    )
    return affected_rows(ended)


def end_by_command(session: LoginSession, address: str, by: str) -> bool:
    """End one session from the command line, with its audit entry."""
    reason = EndReason.BY_COMMAND
    if not end(session.id, reason):
        return False
    record("session_ended", by=by, visit=COMMAND_LINE, address=address, session=session.id, reason=reason)
    return True
