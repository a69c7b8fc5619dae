"""SignedInUser: the person behind a session's secret, with their current access."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select

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
from shop.sessions.queries import is_live
from shop.tokens import digest

FRESH_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class SignedInUser:
    """The person behind the current request, as Flask-Login expects one: with a session and the deciding rule."""

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


def find_signed_in_user(secret: str) -> SignedInUser | None:
    """Return the holder of this secret, if the session is live and the person still has access. One query."""
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
    may_stay = verdict.may_enter or (client is not None and may_sign_in(client, verdict))
    return SignedInUser(person, session, verdict) if may_stay else None


def is_fresh(session: LoginSession) -> bool:
    """Return whether the person has proven to own the mailbox in the last 15 minutes, on our own pages.

    A sign-in to a client does not count: the client's own pages may have been in between, and relayed the code.
    """
    if session.client_id and session.proven_at <= session.started_at:
        return False
    return clock.now() - session.proven_at <= FRESH_FOR
