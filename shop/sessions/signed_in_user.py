"""SignedInUser: the person behind a session's secret, with their current access."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select

from shop import clock
from shop.clients.access_policy import may_sign_in
from shop.clients.models.client import Client
from shop.extensions import db
from shop.people.access_policy import AccessDecision, apply_rules
from shop.people.models.block import Block
from shop.people.models.person import Person
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.sessions.models.login_session import LoginSession
from shop.sessions.queries import is_live_since, live_bounds
from shop.tokens import digest

FRESH_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Holder:
    """The person of a session."""

    id: int
    address: str
    public_id: str
    is_customer: bool


@dataclass(frozen=True, slots=True)
class CurrentSession:
    """The session of a request, as it was when the request began; see LoginSession."""

    id: int
    client_id: str | None
    started_at: datetime
    last_seen_at: datetime
    proven_at: datetime
    next_hash: str | None


@dataclass(frozen=True)
class SignedInUser:
    """The person behind the current request, as Flask-Login expects one: with a session and the deciding rule."""

    person: Holder
    session: CurrentSession
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
        """Return whether the person has proven to own the mailbox in the last 15 minutes, on our own pages.

        A sign-in to a client does not count: the client's own pages may have been in between, and relayed the code.
        """
        if self.session.client_id and self.session.proven_at <= self.session.started_at:
            return False
        return clock.now() - self.session.proven_at <= FRESH_FOR


_session, _person, _client = LoginSession.__table__.c, Person.__table__.c, Client.__table__.c
_rule, _block = Rule.__table__.c, Block.__table__.c
# Each page of a signed-in person begins with it, so it is built once, of columns: building it and its objects for each
# request took longer than the database. A person with rules for address and domain gets two rows.
_HOLDER = (
    select(
        *(_session[name] for name in CurrentSession.__slots__),
        _person.id,
        _person.address,
        _person.public_id,
        _person.is_customer,
        _client.who,
        _block.by,
        _rule.subject,
        _rule.role,
        _rule.until,
        _rule.added_by,
    )
    .join_from(LoginSession.__table__, Person.__table__, _person.id == _session.person_id)
    .outerjoin(Client.__table__, _client.id == _session.client_id)
    .outerjoin(Block.__table__, _block.address == _person.address)
    .outerjoin(Rule.__table__, or_(_rule.subject == _person.address, _rule.subject == _person.domain))
    .where(
        _session.secret_hash == bindparam("secret_hash"),
        is_live_since(bindparam("seen_after"), bindparam("started_after")),
    )
)


def find_signed_in_user(secret: str) -> SignedInUser | None:
    """Return the holder of this secret, if the session is live and the person still has access. One query."""
    seen_after, started_after = live_bounds(clock.now())
    bounds = {"secret_hash": digest(secret), "seen_after": seen_after, "started_after": started_after}
    found = db.session.connection().execute(_HOLDER, bounds).all()
    if not found:
        return None
    session, person, (who, blocked_by) = CurrentSession(*found[0][:6]), Holder(*found[0][6:10]), found[0][10:12]
    verdict = apply_rules(person.address, [row for row in found if row.subject], blocked_by)
    if person.is_customer:
        verdict = verdict.of_customer()
    may_stay = verdict.may_enter or (who is not None and may_sign_in(who, verdict))
    return SignedInUser(person, session, verdict) if may_stay else None
