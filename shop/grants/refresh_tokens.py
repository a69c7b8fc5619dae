"""Rotate refresh tokens: each is spent once; one that is replayed revokes the whole grant."""

from sqlalchemy import select, update

from shop import clock, tokens
from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.grants.queries import LiveGrant, find_live
from shop.grants.revocation import REUSED, revoke
from shop.sessions import login_sessions
from shop.transactions import affected_rows
from shop.web.request_info import RequestInfo

PURPOSE = "refresh token"


def find_grant(token: str) -> LiveGrant | None:
    """Return the live grant that a refresh token is of, whether spent or not."""
    named = _read(token)
    return find_live(named[0]) if named else None


def is_unspent(token: str) -> bool:
    """Say whether a refresh token is the one that its grant may be renewed with next."""
    grant_id, secret = _read(token) or ("", "")
    unspent = select(Grant.id).where(Grant.id == grant_id, Grant.refresh_hash == tokens.digest(secret))
    return db.session.scalar(unspent) is not None


def rotate(token: str, visit: RequestInfo) -> tuple[LiveGrant, str] | None:
    """Spend a refresh token and give its grant with the next one: once, however many ask at once.

    A spent one that is shown again has been stolen, before or after: the whole grant ends. Not even a program that lost
    the answer on the wire is forgiven, since a thief would say the same.
    """
    named = _read(token)
    held = find_live(named[0]) if named else None
    if named is None or held is None:
        return None
    secret = tokens.new_secret()
    if not _claim(named, secret):
        revoke(held, REUSED, by="visitor", visit=visit)
        return None
    if held.grant.by_api:
        login_sessions.touch(held.grant.session_id)
    return held, sign_token(held.grant.id, secret)


def _claim(named: tuple[str, str], secret: str) -> bool:
    grant_id, spent = named
    claimed = db.session.execute(
        update(Grant)
        .where(Grant.id == grant_id, Grant.refresh_hash == tokens.digest(spent), Grant.ended_at.is_(None))
        .values(refresh_hash=tokens.digest(secret), used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return affected_rows(claimed) == 1


def sign_token(grant_id: str, secret: str) -> str:
    # Signed, so that only one that was really handed out can end its family by being shown again.
    return tokens.sign(f"{grant_id}.{secret}", PURPOSE)


def _read(token: str) -> tuple[str, str] | None:
    grant_id, _, secret = (tokens.read_signed(token, PURPOSE) or "").partition(".")
    return (grant_id, secret) if secret else None
