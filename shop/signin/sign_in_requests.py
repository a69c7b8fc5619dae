"""Requests to sign in: find, count, replace and end them."""

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select, update

from shop import clock
from shop.extensions import db
from shop.signin.models.sign_in_request import SignInRequest
from shop.tokens import digest, is_same
from shop.transactions import affected_rows

MAX_TRIES = 5
RESEND_PAUSE = timedelta(seconds=60)
RETENTION = timedelta(days=30)
DELIVERY_GRACE = timedelta(minutes=1)  # a letter begun in its last second must not arrive with a dead link


class RequestState(StrEnum):
    """What has become of a request."""

    LIVE = "live"
    USED = "used"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def find_reauthentication(session_id: int) -> SignInRequest | None:
    """Give the request whose code would renew this session now."""
    return db.session.scalar(
        select(SignInRequest).where(
            SignInRequest.renews == session_id, _is_unfinished(), SignInRequest.expires_at > clock.now()
        )
    )


def list_program_requests(address: str, secret: str | None) -> list[SignInRequest]:
    """Give what programs asked for at an address and may still be tried; with a secret, only the one asked with it.

    A withdrawn one is among them until its time is up, so that nobody learns from a wrong code that a person was just
    removed. No code of it lets anybody in.
    """
    at = clock.now()
    late = SignInRequest.last_letter_at > at - get_lifetime() - DELIVERY_GRACE
    tried = select(SignInRequest).where(
        SignInRequest.address == address,
        SignInRequest.by_api.is_(True),
        SignInRequest.redeemed_at.is_(None),
        SignInRequest.replaced_at.is_(None),
        or_(SignInRequest.expires_at > at, late),
    )
    if secret is not None:
        tried = tried.where(SignInRequest.browser_hash == digest(secret))
    return list(db.session.scalars(tried.order_by(SignInRequest.asked_at)))


def find_request(request_id: str | None) -> SignInRequest | None:
    """Give a request by its id."""
    return db.session.get(SignInRequest, request_id) if request_id else None


def find_by_browser(secret: str | None) -> SignInRequest | None:
    """Give the request that the browser with this cookie made.

    Never one that a program made: its handle in a browser's cookie would open the admin with a code that was typed for
    a storefront, and be tried on neither budget of tries.
    """
    if not secret:
        return None
    mine = SignInRequest.browser_hash == digest(secret), SignInRequest.by_api.is_(False)
    return db.session.scalar(select(SignInRequest).where(*mine))


def is_from_browser(request: SignInRequest, secret: str | None) -> bool:
    """Say whether the cookie is that of the browser that asked; break-glass is anybody's, a program's is nobody's."""
    if request.by_api:
        return False
    return request.browser_hash is None or (bool(secret) and is_same(digest(secret or ""), request.browser_hash))


def get_state(request: SignInRequest) -> RequestState:
    """Say what has become of a request; changes nothing."""
    if request.redeemed_at:
        return RequestState.USED
    if request.withdrawn_at:
        return RequestState.WITHDRAWN
    if request.replaced_at:
        return RequestState.REPLACED
    return RequestState.LIVE if clock.now() < request.expires_at else RequestState.EXPIRED


def may_report_expiry(request: SignInRequest) -> bool:
    """Say whether the asking browser may be told that the time of its request is up.

    Not before the longest life of a letter that left at once: otherwise the moment of the end would show how long the
    delivery took, and with it whether there was one.
    """
    return clock.now() >= max(request.expires_at, request.last_letter_at + get_lifetime() + DELIVERY_GRACE)


def seconds_until_resend(request: SignInRequest) -> int:
    """Give how many seconds to wait until another letter may be asked for; 0 for now."""
    wait = request.last_letter_at + RESEND_PAUSE - clock.now()
    return max(0, math.ceil(wait.total_seconds()))


def mark_replaced(secret: str | None) -> None:
    """Retire the request that this browser made before."""
    if secret:
        _change(SignInRequest.browser_hash == digest(secret), replaced_at=clock.now())


def mark_reauthentication_replaced(session_id: int) -> None:
    """Retire the request whose code would have renewed this session."""
    _change(SignInRequest.renews == session_id, replaced_at=clock.now())


def withdraw_all(address: str) -> int:
    """End every unfinished request of an address. Gives how many there were."""
    return _change(SignInRequest.address == address, withdrawn_at=clock.now())


def end_reported(request_id: str) -> int | None:
    """End one request because its letter was not asked for. Gives the session that it had begun already, if any.

    One that was spent or replaced is marked as well: the same letter must not report, and pause, again and again.
    """
    disowned = db.session.execute(
        update(SignInRequest)
        .where(SignInRequest.id == request_id)
        .values(withdrawn_at=clock.now())
        .returning(SignInRequest.session_id)
        .execution_options(synchronize_session=False)
    )
    return disowned.scalar()


def list_holders() -> list[str]:
    """Give the addresses with an unfinished request."""
    unfinished = select(SignInRequest.address).where(_is_unfinished(), SignInRequest.expires_at > clock.now())
    return list(db.session.scalars(unfinished.distinct()))


def claim(request: SignInRequest, *, via: str) -> bool:
    """Spend a request: one row or nobody, however many ask at once."""
    at = clock.now()
    live = and_(SignInRequest.id == request.id, SignInRequest.expires_at > at)
    return _change(live, redeemed_at=at, redeemed_via=via) == 1


def start_lifetime(request_id: str) -> None:
    """Count the life of link and code from now: their letter was handed over, or would have been. Revives nothing."""
    at = clock.now()
    _change(and_(SignInRequest.id == request_id, SignInRequest.expires_at > at), expires_at=at + get_lifetime())


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which requests were made so long ago that they are kept no longer."""
    return SignInRequest.asked_at <= at - RETENTION


def get_lifetime() -> timedelta:
    """Give how long a link and its code live."""
    return timedelta(minutes=current_app.config["SIGN_IN_MINUTES"])


def _is_unfinished() -> ColumnElement[bool]:
    return and_(
        SignInRequest.redeemed_at.is_(None),
        SignInRequest.withdrawn_at.is_(None),
        SignInRequest.replaced_at.is_(None),
    )


def _change(which: ColumnElement[bool], **values: Any) -> int:
    changed = db.session.execute(
        update(SignInRequest)
        .where(which, _is_unfinished())
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return affected_rows(changed)
