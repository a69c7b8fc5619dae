"""Grant: what one sign-in gave one client, with the whole family of its tokens; it ends as one."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, ForeignKey, String, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock, tokens
from shop.audit.entries import record
from shop.clients.client import Client, Who, refusal_of
from shop.extensions import db
from shop.people.access_policy import AccessDecision, decide_access
from shop.people.models.person import Person
from shop.sessions import login_sessions
from shop.sessions.models.login_session import LoginSession
from shop.transactions import affected_rows, insert_if_missing
from shop.web.request_info import RequestInfo

KEEP = timedelta(days=90)
PURPOSE = "refresh token"
REUSED = "a spent token was shown again"
REVOKED = "revoked by its client"


class Grant(db.Model):  # type: ignore[name-defined]
    """One family of tokens: of a person, for a client, from a sign-in. Of its refresh token only a hash is kept.

    `code_id` is the authorization code that began it, which no other grant can begin from; `by_api` says that a program
    signed in with a mailed code and nobody's browser did.
    """

    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    session_id: Mapped[int] = mapped_column(index=True)
    client_id: Mapped[str | None] = mapped_column(String(22))
    code_id: Mapped[str | None] = mapped_column(String(22), unique=True)
    by_api: Mapped[bool]
    scope: Mapped[str] = mapped_column(String(200))
    refresh_hash: Mapped[str] = mapped_column(String(64))
    proven_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    begun_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(clock.UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(40))


@dataclass(frozen=True)
class Held:
    """A grant that is live now: whose it is, and what the rules say of that person at this moment."""

    grant: Grant
    person: Person
    verdict: AccessDecision


@dataclass(frozen=True)
class Wanted:
    """What a new grant is for: a client (none for our own calls), what it may see, and how it came about."""

    client_id: str | None
    scope: str
    by_api: bool = False
    code_id: str | None = None


def begin(session_id: int, wanted: Wanted, visit: RequestInfo) -> tuple[Held, str] | None:
    """Begin a grant for a sign-in that is live. Gives it with its refresh token; nothing if it may not be.

    Of two that come with the same code, one begins; the other ends what the first one began.
    """
    session = db.session.get_one(LoginSession, session_id, populate_existing=True)  # kept long after it has ended
    grant_id, secret = tokens.new_id(), tokens.new_secret()
    if not _insert(grant_id, secret, session, wanted):
        _end_of_code(wanted.code_id, visit)
        return None
    held = find_held(grant_id)
    if held is None:
        db.session.execute(delete(Grant).where(Grant.id == grant_id))
        return None
    about = {"address": held.person.address, "grant": grant_id, "session": session.id}
    record("grant_begun", by=held.person.address, visit=visit, client=wanted.client_id or "", **about)
    return held, _token(grant_id, secret)


def find_held(grant_id: str) -> Held | None:
    """Give a grant if it is live, and its person may still sign in to its client; everything is read anew."""
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
    return Held(grant, person, verdict) if refusal_of(grant.client_id, verdict) is None else None


def find_by_refresh(token: str) -> Held | None:
    """Give the live grant that a refresh token is of, whether spent or not."""
    named = _read(token)
    return find_held(named[0]) if named else None


def is_unspent(token: str) -> bool:
    """Say whether a refresh token is the one that its grant may be renewed with next."""
    grant_id, secret = _read(token) or ("", "")
    unspent = select(Grant.id).where(Grant.id == grant_id, Grant.refresh_hash == tokens.digest(secret))
    return db.session.scalar(unspent) is not None


def renew(token: str, visit: RequestInfo) -> tuple[Held, str] | None:
    """Spend a refresh token and give its grant with the next one: once, however many ask at once.

    A spent one that is shown again has been stolen, before or after: the whole grant ends. Not even a program that lost
    the answer on the wire is forgiven, since a thief would say the same.
    """
    named = _read(token)
    held = find_held(named[0]) if named else None
    if named is None or held is None:
        return None
    secret = tokens.new_secret()
    if not _claim(named, secret):
        end(held, REUSED, by="visitor", visit=visit)
        return None
    if held.grant.by_api:
        login_sessions.touch(held.grant.session_id)
    return held, _token(held.grant.id, secret)


def end(held: Held, because: str, *, by: str, visit: RequestInfo) -> bool:
    """End one grant, with its entry. Gives whether it had not ended before."""
    ended = _change(Grant.id == held.grant.id, because) == 1
    if ended:
        about = {"address": held.person.address, "grant": held.grant.id, "reason": because}
        record("grant_ended", by=by, visit=visit, **about)
    return ended


def end_all(address: str) -> int:
    """End every grant of an address. Gives how many there were."""
    mine = select(Person.id).where(Person.address == address).scalar_subquery()
    return _change(Grant.person_id == mine, "access ended")


def end_on(client_id: str) -> int:
    """End what people were granted for a client that is gone, or admits them no longer. Gives how many there were."""
    standing = select(Grant.id, Person.address).join(Person, Person.id == Grant.person_id)
    found = db.session.execute(standing.where(Grant.client_id == client_id, Grant.ended_at.is_(None)))
    lost = [grant_id for grant_id, address in found if refusal_of(client_id, decide_access(address))]
    return _change(Grant.id.in_(lost), "no longer let in by its client")


def holders() -> list[str]:
    """Give the addresses with a grant that needs a role: a customer needs none for a client open to everybody."""
    unended = (
        select(Person.address)
        .join(Grant, Grant.person_id == Person.id)
        .outerjoin(Client, and_(Client.id == Grant.client_id, Client.who == Who.EVERYBODY))
        .where(Grant.ended_at.is_(None), or_(Client.id.is_(None), Person.is_customer.is_(False)))
    )
    return list(db.session.scalars(unended.distinct()))


def is_over(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which grants were used so long ago that they are kept no longer."""
    return Grant.used_at <= at - KEEP


def _insert(grant_id: str, secret: str, session: LoginSession, wanted: Wanted) -> bool:
    at = clock.now()
    times = {"proven_at": session.proven_at, "begun_at": at, "used_at": at}
    who = {"id": grant_id, "person_id": session.person_id, "session_id": session.id}
    return insert_if_missing(Grant, **who, **asdict(wanted), **times, refresh_hash=tokens.digest(secret))


def _end_of_code(code_id: str | None, visit: RequestInfo) -> None:
    first = db.session.scalar(select(Grant.id).where(Grant.code_id == code_id))
    held = find_held(first) if first else None
    if held:
        end(held, REUSED, by="visitor", visit=visit)


def _claim(named: tuple[str, str], secret: str) -> bool:
    grant_id, spent = named
    claimed = db.session.execute(
        update(Grant)
        .where(Grant.id == grant_id, Grant.refresh_hash == tokens.digest(spent), Grant.ended_at.is_(None))
        .values(refresh_hash=tokens.digest(secret), used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return affected_rows(claimed) == 1


def _change(which: ColumnElement[bool], because: str) -> int:
    ended = db.session.execute(
        update(Grant)
        .where(which, Grant.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_because=because)
        .execution_options(synchronize_session=False)
    )
    return affected_rows(ended)


def _token(grant_id: str, secret: str) -> str:
    # Signed, so that only one that was really handed out can end its family by being shown again.
    return tokens.sign(f"{grant_id}.{secret}", PURPOSE)


def _read(token: str) -> tuple[str, str] | None:
    grant_id, _, secret = (tokens.read_signed(token, PURPOSE) or "").partition(".")
    return (grant_id, secret) if secret else None
