"""Start a grant: from a live sign-in, once for each authorization code."""

from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from shop import clock, tokens
from shop.audit.entries import record
from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.grants.queries import LiveGrant, find_live
from shop.grants.refresh_tokens import sign_token
from shop.grants.revocation import REUSED, revoke
from shop.sessions.models.login_session import LoginSession
from shop.transactions import insert_if_missing
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo


@dataclass(frozen=True)
class NewGrant:
    """The content of a new grant: its client (None for our own API), its scope, and its origin."""

    client_id: str | None
    scope: str
    by_api: bool = False
    code_id: str | None = None


def create_grant(session_id: int, wanted: NewGrant, visit: RequestInfo) -> tuple[LiveGrant, str] | None:
    """Start a grant for a live sign-in. Returns it with its refresh token, or None if it may not start.

    If a code is used twice, one call starts a grant; the other revokes it.
    """
    session = db.session.get_one(LoginSession, session_id, populate_existing=True)  # the row is kept long after the end
    grant_id, secret = tokens.new_id(), tokens.new_secret()
    if not _insert(grant_id, secret, session, wanted):
        _revoke_of_code(wanted.code_id, visit)
        return None
    held = find_live(grant_id)
    if held is None:
        db.session.execute(delete(Grant).where(Grant.id == grant_id))
        return None
    about = {"address": held.person.address, "grant": grant_id, "session": session.id}
    record("grant_begun", actor=Actor(held.person.address, visit), client=wanted.client_id or "", **about)
    return held, sign_token(grant_id, secret)


def _insert(grant_id: str, secret: str, session: LoginSession, wanted: NewGrant) -> bool:
    at = clock.now()
    times = {"proven_at": session.proven_at, "begun_at": at, "used_at": at}
    who = {"id": grant_id, "person_id": session.person_id, "session_id": session.id}
    return insert_if_missing(Grant, **who, **asdict(wanted), **times, refresh_hash=tokens.digest(secret))


def _revoke_of_code(code_id: str | None, visit: RequestInfo) -> None:
    first = db.session.scalar(select(Grant.id).where(Grant.code_id == code_id))
    held = find_live(first) if first else None
    if held:
        revoke(held, REUSED, actor=Actor("visitor", visit))
