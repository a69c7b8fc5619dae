"""SignInRequest: one ask by one browser, what becomes of it, and the one conditional update that spends it."""

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, String, and_, false, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import db
from shop.tokens import digest, is_same
from shop.transactions import affected_rows

TRIES = 5
RESEND_PAUSE = timedelta(seconds=60)
KEEP = timedelta(days=30)
HANDOVER = timedelta(minutes=1)  # a letter begun in its last second must not arrive with a dead link


class SignInRequest(db.Model):  # type: ignore[name-defined]
    """One ask for a letter. Link and code are made from its id and the application key, and are never stored.

    `browser_hash` is the hash of the asking browser's cookie; without one (break-glass) any one browser may finish.
    `renews` is the session that the code of this request confirms; such a request never begins one. `client_id` is the
    client that the sign-in is for, none for the admin itself; `by_api` says that a program asked, and no browser.
    """

    __tablename__ = "sign_in_requests"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    mailbox: Mapped[str] = mapped_column(String(254), index=True)
    known_browser: Mapped[str | None] = mapped_column(String(64))
    browser_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    renews: Mapped[int | None] = mapped_column(index=True)
    next_path: Mapped[str | None] = mapped_column(String(2000))
    network: Mapped[str] = mapped_column(String(60))
    browser: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime] = mapped_column(clock.UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    letters: Mapped[int] = mapped_column(default=1)
    last_letter_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    redeemed_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    redeemed_via: Mapped[str | None] = mapped_column(String(12))
    session_id: Mapped[int | None]
    replaced_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    client_id: Mapped[str | None] = mapped_column(String(22))
    by_api: Mapped[bool] = mapped_column(default=False, server_default=false())


class State(StrEnum):
    """What has become of a request."""

    LIVE = "live"
    USED = "used"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def find_confirming(session_id: int) -> SignInRequest | None:
    """Give the request whose code would renew this session now."""
    return db.session.scalar(
        select(SignInRequest).where(
            SignInRequest.renews == session_id, _is_unfinished(), SignInRequest.expires_at > clock.now()
        )
    )


def asked_by_programs(address: str, secret: str | None) -> list[SignInRequest]:
    """Give what programs asked for at an address and may still be tried; with a secret, only the one asked with it.

    A withdrawn one is among them until its time is up, so that nobody learns from a wrong code that a person was just
    removed. No code of it lets anybody in.
    """
    at = clock.now()
    late = SignInRequest.last_letter_at > at - lifetime() - HANDOVER
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


def find_asked(secret: str | None) -> SignInRequest | None:
    """Give the request that the browser with this cookie made.

    Never one that a program made: its handle in a browser's cookie would open the admin with a code that was typed for
    a storefront, and be tried on neither budget of tries.
    """
    if not secret:
        return None
    mine = SignInRequest.browser_hash == digest(secret), SignInRequest.by_api.is_(False)
    return db.session.scalar(select(SignInRequest).where(*mine))


def is_askers(request: SignInRequest, secret: str | None) -> bool:
    """Say whether the cookie is that of the browser that asked; break-glass is anybody's, a program's is nobody's."""
    if request.by_api:
        return False
    return request.browser_hash is None or (bool(secret) and is_same(digest(secret or ""), request.browser_hash))


def state_of(request: SignInRequest) -> State:
    """Say what has become of a request; changes nothing."""
    if request.redeemed_at:
        return State.USED
    if request.withdrawn_at:
        return State.WITHDRAWN
    if request.replaced_at:
        return State.REPLACED
    return State.LIVE if clock.now() < request.expires_at else State.EXPIRED


def is_past(request: SignInRequest) -> bool:
    """Say whether the asking browser may be told that the time of its request is up.

    Not before the longest life of a letter that left at once: otherwise the moment of the end would show how long the
    delivery took, and with it whether there was one.
    """
    return clock.now() >= max(request.expires_at, request.last_letter_at + lifetime() + HANDOVER)


def seconds_until_again(request: SignInRequest) -> int:
    """Give how many seconds to wait until another letter may be asked for; 0 for now."""
    wait = request.last_letter_at + RESEND_PAUSE - clock.now()
    return max(0, math.ceil(wait.total_seconds()))


def replace(secret: str | None) -> None:
    """Retire the request that this browser made before."""
    if secret:
        _change(SignInRequest.browser_hash == digest(secret), replaced_at=clock.now())


def replace_confirming(session_id: int) -> None:
    """Retire the request whose code would have renewed this session."""
    _change(SignInRequest.renews == session_id, replaced_at=clock.now())


def withdraw(address: str) -> int:
    """End every unfinished request of an address. Gives how many there were."""
    return _change(SignInRequest.address == address, withdrawn_at=clock.now())


def disown(request_id: str) -> int | None:
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


def holders() -> list[str]:
    """Give the addresses with an unfinished request."""
    unfinished = select(SignInRequest.address).where(_is_unfinished(), SignInRequest.expires_at > clock.now())
    return list(db.session.scalars(unfinished.distinct()))


def claim(request: SignInRequest, *, via: str) -> bool:
    """Spend a request: one row or nobody, however many ask at once."""
    at = clock.now()
    live = and_(SignInRequest.id == request.id, SignInRequest.expires_at > at)
    return _change(live, redeemed_at=at, redeemed_via=via) == 1


def start_life(request_id: str) -> None:
    """Count the life of link and code from now: their letter was handed over, or would have been. Revives nothing."""
    at = clock.now()
    _change(and_(SignInRequest.id == request_id, SignInRequest.expires_at > at), expires_at=at + lifetime())


def is_over(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which requests were made so long ago that they are kept no longer."""
    return SignInRequest.asked_at <= at - KEEP


def lifetime() -> timedelta:
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
