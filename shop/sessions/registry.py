"""LoginSession: one browser that is signed in. The cookie holds a secret, the table only its hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, ForeignKey, String, and_, func, not_, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock, ids
from shop.audit.entries import record
from shop.clients.client import Client, Who, admits
from shop.extensions import db
from shop.people.access_policy import AccessDecision, apply_rules
from shop.people.models.block import Block
from shop.people.models.person import Person
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.tokens import digest
from shop.transactions import affected_rows
from shop.web.request_info import COMMAND_LINE, RequestInfo

TOUCH = timedelta(minutes=1)
FRESH = timedelta(minutes=15)
KEEP = timedelta(days=90)


class LoginSession(db.Model):  # type: ignore[name-defined]
    """A signed-in browser of one person, good until it ends, idles out or grows too old.

    `client_id` is the client that the person signed in to; one that is open to everybody lets them stay without a role.
    `next_hash` is the hash of the path to which the sign-in led.
    """

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    proven_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(40))
    via: Mapped[str] = mapped_column(String(12))
    network: Mapped[str] = mapped_column(String(60))
    browser: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str | None] = mapped_column(String(22))
    next_hash: Mapped[str | None] = mapped_column(String(64))


@dataclass(frozen=True)
class SignedIn:
    """Whoever is behind the present request, as Flask-Login wants it: a person, a session, and the deciding rule."""

    person: Person
    session: LoginSession
    verdict: AccessDecision

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def address(self) -> str:
        return self.person.address

    @property
    def role(self) -> Role | None:
        return self.verdict.role

    @property
    def is_fresh(self) -> bool:
        return is_fresh(self.session)


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


def resume(secret: str) -> SignedIn | None:
    """Give who holds this secret, if the session is, and the person may still be here; one query."""
    found = db.session.execute(
        select(LoginSession, Person, Client, Rule, Block)
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(Client, Client.id == LoginSession.client_id)
        .outerjoin(Block, Block.address == Person.address)
        .outerjoin(Rule, or_(Rule.subject == Person.address, Rule.subject == Person.domain))
        .where(LoginSession.secret_hash == digest(secret), is_live(clock.now()))
    ).all()
    if not found:
        return None
    session, person, client, _, block = found[0]
    verdict = apply_rules(person.address, [row[3] for row in found if row[3]], block)
    if person.is_customer:
        verdict = verdict.of_customer()
    may_stay = verdict.may_enter or (client is not None and admits(client, verdict))
    return SignedIn(person, session, verdict) if may_stay else None


def is_live(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which sessions are neither ended, nor idle for too long, nor too old."""
    config = current_app.config
    return and_(
        LoginSession.ended_at.is_(None),
        LoginSession.last_seen_at > at - timedelta(hours=config["SESSION_IDLE_HOURS"]),
        LoginSession.started_at > at - timedelta(days=config["SESSION_MAX_DAYS"]),
    )


def is_fresh(session: LoginSession) -> bool:
    """Say whether the person has proven to hold the mailbox in the last quarter of an hour, and to this door.

    A sign-in to a client does not count here: the client's own pages may have stood between, and relayed the code.
    """
    if session.client_id and session.proven_at <= session.started_at:
        return False
    return clock.now() - session.proven_at <= FRESH


def prove(session_id: int) -> None:
    """Note that the person of a session has just proven to hold the mailbox."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(proven_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def find_session(session_id: str | int) -> LoginSession | None:
    """Give a session by its number, ended or not."""
    number = int(session_id)
    return db.session.get(LoginSession, number) if number <= ids.LARGEST else None


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


def is_over(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which sessions ended, idled out or grew too old so long ago that they are kept no longer."""
    since = at - KEEP
    return or_(LoginSession.ended_at <= since, and_(LoginSession.ended_at.is_(None), not_(is_live(since))))


def longest_seconds() -> int:
    """Give for how many seconds a session may last at most."""
    return int(timedelta(days=current_app.config["SESSION_MAX_DAYS"]).total_seconds())


def is_touch_due(session: LoginSession) -> bool:
    """Say whether `last seen` is more than a minute old."""
    return clock.now() - session.last_seen_at >= TOUCH


def touch(session_id: int) -> None:
    """Write that a session was seen now, unless another request just did."""
    at = clock.now()
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at <= at - TOUCH)
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
    if end(session_id, "signed out"):
        record("signed_out", by=address, visit=visit, address=address, session=session_id)


def disown(session_id: int, because: str) -> LoginSession | None:
    """End one session that its person never began, and say so of one that had ended already. Gives the session."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(ended_at=func.coalesce(LoginSession.ended_at, clock.now()), ended_because=because)
        .execution_options(synchronize_session=False)
    )
    return db.session.get(LoginSession, session_id, populate_existing=True)


def end_all(address: str, *, because: str = "access ended") -> int:
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
    if not end(session.id, "ended by command"):
        return False
    reason = "ended by command"
    record("session_ended", by=by, visit=COMMAND_LINE, address=address, session=session.id, reason=reason)
    return True


def holders() -> list[str]:
    """Give the addresses with a live session that needs a role: a customer needs none for one open to all."""
    live = (
        select(Person.address)
        .join(LoginSession, LoginSession.person_id == Person.id)
        .outerjoin(Client, and_(Client.id == LoginSession.client_id, Client.who == Who.EVERYBODY))
        .where(is_live(clock.now()), or_(Client.id.is_(None), Person.is_customer.is_(False)))
    )
    return list(db.session.scalars(live.distinct()))


def live_sessions(address: str | None = None) -> list[tuple[LoginSession, str]]:
    """Give the live sessions with their addresses, newest first; of one address or of all."""
    query = (
        select(LoginSession, Person.address)
        .join(Person, Person.id == LoginSession.person_id)
        .where(is_live(clock.now()))
        .order_by(LoginSession.id.desc())
    )
    if address:
        query = query.where(Person.address == address)
    return [(session, owner) for session, owner in db.session.execute(query)]
