"""Rotate refresh tokens: each is spent once; a replay revokes the whole grant."""

from sqlalchemy import select, update

from shop import clock, tokens
from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.grants.queries import LiveGrant, find_live
from shop.grants.revocation import REUSED, revoke
from shop.sessions import login_sessions
from shop.transactions import update_rows
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo

PURPOSE = "refresh token"


def find_grant(token: str) -> LiveGrant | None:
    """Return the live grant of a refresh token, spent or not."""
    named = _read(token)
    return find_live(named[0]) if named else None


def is_unspent(token: str) -> bool:
    """Return whether a refresh token is the current one of its grant."""
    grant_id, secret = _read(token) or ("", "")
    unspent = select(Grant.id).where(Grant.id == grant_id, Grant.refresh_hash == tokens.digest(secret))
    return db.session.scalar(unspent) is not None


def rotate(token: str, visit: RequestInfo) -> tuple[LiveGrant, str] | None:
    """Exchange a refresh token for its grant and the next token: once, even among concurrent requests.

    A replayed token was stolen, before or after its use: the whole grant is revoked. A program that lost the response
    is not forgiven either, since a thief would claim the same.
    """
    named = _read(token)
    held = find_live(named[0]) if named else None
    if named is None or held is None:
        return None
    secret = tokens.new_secret()
    if not _claim(named, secret):
        revoke(held, REUSED, actor=Actor("visitor", visit))
        return None
    if held.grant.by_api:
        login_sessions.touch(held.grant.session_id)
    return held, sign_token(held.grant.id, secret)


def _claim(named: tuple[str, str], secret: str) -> bool:
    grant_id, spent = named
    claimed = update_rows(
        update(Grant)
        .where(Grant.id == grant_id, Grant.refresh_hash == tokens.digest(spent), Grant.ended_at.is_(None))
        .values(refresh_hash=tokens.digest(secret), used_at=clock.now())
    )
    return claimed == 1


def sign_token(grant_id: str, secret: str) -> str:
    # Signed, so that only a token that was really issued can end its family by a replay.
    return tokens.sign(f"{grant_id}.{secret}", PURPOSE)


def _read(token: str) -> tuple[str, str] | None:
    grant_id, _, secret = (tokens.read_signed(token, PURPOSE) or "").partition(".")
    return (grant_id, secret) if secret else None
