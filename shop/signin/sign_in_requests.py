"""Sign-in requests: find, count, replace and end them."""

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
from shop.transactions import update_returning, update_rows

MAX_TRIES = 5
RESEND_PAUSE = timedelta(seconds=60)
RETENTION = timedelta(days=30)
DELIVERY_GRACE = timedelta(minutes=1)  # an email begun in its last second must not arrive with an expired link


class RequestState(StrEnum):
    """The state of a request."""

    LIVE = "live"
    USED = "used"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def find_reauthentication(session_id: int) -> SignInRequest | None:
    """Return the request whose code would now reauthenticate this session."""
    return db.session.scalar(
        select(SignInRequest).where(
            SignInRequest.renews == session_id, _is_unfinished(), SignInRequest.expires_at > clock.now()
        )
    )


def list_program_requests(address: str, secret: str | None) -> list[SignInRequest]:
    """Return programs' requests for an address that can still be tried; with a secret, only the one it belongs to.

    A withdrawn one is included until it expires, so that a wrong code does not reveal that a person was just removed.
    None of its codes signs anyone in.
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
    """Return a request by its id."""
    return db.session.get(SignInRequest, request_id) if request_id else None


def find_by_browser(secret: str | None) -> SignInRequest | None:
    """Return the request that the browser with this cookie made.

    Never a program's request: its handle in a browser's cookie would open the admin with a code for a storefront, and
    be tried on neither budget of attempts.
    """
    if not secret:
        return None
    mine = SignInRequest.browser_hash == digest(secret), SignInRequest.by_api.is_(False)
    return db.session.scalar(select(SignInRequest).where(*mine))


def is_from_browser(request: SignInRequest, secret: str | None) -> bool:
    """Return whether the cookie is the requesting browser's.

    Any browser matches break-glass, none a program's request.
    """
    if request.by_api:
        return False
    return request.browser_hash is None or (bool(secret) and is_same(digest(secret or ""), request.browser_hash))


def get_state(request: SignInRequest) -> RequestState:
    """Return the state of a request; changes nothing."""
    if request.redeemed_at:
        return RequestState.USED
    if request.withdrawn_at:
        return RequestState.WITHDRAWN
    if request.replaced_at:
        return RequestState.REPLACED
    return RequestState.LIVE if clock.now() < request.expires_at else RequestState.EXPIRED


def may_report_expiry(request: SignInRequest) -> bool:
    """Return whether the requesting browser may be told that its request has expired.

    Only after the maximum lifetime of a link delivered immediately. Reporting it earlier would reveal the delivery
    delay, and so whether an email was sent at all.
    """
    return clock.now() >= max(request.expires_at, request.last_letter_at + get_lifetime() + DELIVERY_GRACE)


def seconds_until_resend(request: SignInRequest) -> int:
    """Return the seconds until another email may be requested; 0 for now."""
    wait = request.last_letter_at + RESEND_PAUSE - clock.now()
    return max(0, math.ceil(wait.total_seconds()))


def mark_replaced(secret: str | None) -> None:
    """Mark the last request of this browser as replaced."""
    if secret:
        _change(SignInRequest.browser_hash == digest(secret), replaced_at=clock.now())


def mark_reauthentication_replaced(session_id: int) -> None:
    """Mark the request that would have reauthenticated this session as replaced."""
    _change(SignInRequest.renews == session_id, replaced_at=clock.now())


def withdraw_all(address: str) -> int:
    """End every unfinished request of an address. Returns their number."""
    return _change(SignInRequest.address == address, withdrawn_at=clock.now())


def end_reported(request_id: str) -> int | None:
    """End a request whose email was not asked for. Returns the session that it has begun, if any.

    A redeemed or replaced one is marked as well: the same email must not report, and pause, again and again.
    """
    disowned = update_returning(
        update(SignInRequest)
        .where(SignInRequest.id == request_id)
        .values(withdrawn_at=clock.now())
        .returning(SignInRequest.session_id)
    )
    return disowned.scalar()


def list_holders() -> list[str]:
    """Return the addresses with an unfinished request."""
    unfinished = select(SignInRequest.address).where(_is_unfinished(), SignInRequest.expires_at > clock.now())
    return list(db.session.scalars(unfinished.distinct()))


def claim(request: SignInRequest, *, via: str) -> bool:
    """Redeem a request with one conditional UPDATE: only one of any number of concurrent callers succeeds."""
    at = clock.now()
    live = and_(SignInRequest.id == request.id, SignInRequest.expires_at > at)
    return _change(live, redeemed_at=at, redeemed_via=via) == 1


def start_lifetime(request_id: str) -> None:
    """Start the lifetime of link and code: their email was sent, or would have been. Revives nothing."""
    at = clock.now()
    _change(and_(SignInRequest.id == request_id, SignInRequest.expires_at > at), expires_at=at + get_lifetime())


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for requests older than their retention."""
    return SignInRequest.asked_at <= at - RETENTION


def get_lifetime() -> timedelta:
    """Return the lifetime of a link and its code."""
    return timedelta(minutes=current_app.config["SIGN_IN_MINUTES"])


def _is_unfinished() -> ColumnElement[bool]:
    return and_(
        SignInRequest.redeemed_at.is_(None),
        SignInRequest.withdrawn_at.is_(None),
        SignInRequest.replaced_at.is_(None),
    )


def _change(which: ColumnElement[bool], **values: Any) -> int:
    return update_rows(update(SignInRequest).where(which, _is_unfinished()).values(**values))
