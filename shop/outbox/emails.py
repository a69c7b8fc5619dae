"""Emails that will be delivered, whatever happens: post, claim, retry and withdraw them.

No secret of it is ever stored; its text only where somebody wrote it, as of the letter about a parcel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_mail import Message
from sqlalchemy import ColumnElement, and_, or_, select, update

from shop import clock
from shop.extensions import db
from shop.outbox.models.email import Email
from shop.registry import Registry
from shop.transactions import affected_rows

LEASE = timedelta(seconds=90)  # longer than delivery ever takes, so that a letter in flight is not taken by another
SERVER_PAUSES = (
    1,
    2,
    4,
    8,
    15,
    30,
)  # seconds; the last one repeats, so that a queue drains soon after the relay is back
EMAIL_PAUSES = (5, 15, 60, 300, 900, 3600)
GIVE_UP_AFTER = timedelta(days=2)
KEPT_FOR = timedelta(days=30)
LONGEST_FAULT = 300


@dataclass(frozen=True)
class Withheld:
    """Said by a kind instead of a message: this letter must not leave, and why."""

    reason: str


@dataclass(frozen=True)
class EmailKind:
    """What a room must know to have its letters sent: how one is written, and what follows when it is settled.

    With `is_private` the audit log does not say to whom: a customer can be erased, and an entry cannot.
    """

    write: Callable[[Email], Message | Withheld]
    settled: Callable[[Email, str, str], None] = lambda letter, outcome, reason: None
    is_private: bool = False


kinds: Registry[EmailKind] = Registry()


def post(kind: str, *, to: str, ref: str, message_id: str, data: dict[str, Any] | None = None) -> Email:
    """Put a letter into the outbox, in the transaction of its cause; the worker sends it after the commit."""
    at = clock.now()
    letter = Email(
        kind=kind, to=to, ref=ref, data=data or {}, message_id=message_id, posted_at=at, due_at=at, never_reached=True
    )
    db.session.add(letter)
    return letter


def is_due(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which letters a worker may take at that time."""
    free = or_(Email.claimed_until.is_(None), Email.claimed_until <= at)
    return and_(Email.outcome.is_(None), Email.due_at <= at, free)


def has_due() -> bool:
    """Say whether any letter may be taken now."""
    return db.session.scalar(select(Email.id).where(is_due(clock.now())).limit(1)) is not None


def claim_due(claim: str, *, most: int) -> list[int]:
    """Take up to `most` due letters under the name `claim`. Gives their ids, oldest first.

    One conditional UPDATE: however many workers ask at once, each letter is one worker's for the length of the lease.
    """
    at = clock.now()
    due = select(Email.id).where(is_due(at)).order_by(Email.due_at, Email.id).limit(most)
    # Named apart, so that PostgreSQL reads it once: read once for each row it would lock, and take, more than `most`.
    chosen = due.with_for_update(skip_locked=True).cte("chosen")
    taken = db.session.execute(
        update(Email)
        .where(Email.id.in_(select(chosen.c.id)), is_due(at))
        .values(claim=claim, claimed_until=at + LEASE, attempts=Email.attempts + 1)
        .returning(Email.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken.scalars())


def find_claimed(letter_id: int, claim: str) -> Email | None:
    """Give the letter if it is still this claim's."""
    return db.session.scalar(select(Email).where(*_mine(letter_id, claim)))


def extend_lease(letter: Email, claim: str) -> bool:
    """Renew a lease of which half is gone, as after a slow look-up of the server. Gives whether it was renewed."""
    at = clock.now()
    if letter.claimed_until and letter.claimed_until - at > LEASE / 2:
        return False
    return _change(letter.id, claim, {"claimed_until": at + LEASE})


def settle(letter_id: int, claim: str, outcome: str, *, fault: str | None = None) -> bool:
    """Give a letter its outcome, unless the claim was lost. Gives whether it was ours to settle."""
    values = {"outcome": outcome, "settled_at": clock.now(), "claim": None, "claimed_until": None}
    values["fault"] = fault[:LONGEST_FAULT] if fault else None
    return _change(letter_id, claim, values)


def schedule_retry(letter: Email, claim: str, fault: str, *, reached: bool, unanswered: int) -> bool:
    """Put a letter back for later, after a pause that grows with its attempts.

    `reached` tells a server that answered and did not take this letter from one that could not be spoken to at all;
    `unanswered` is how often a server had the whole letter and gave no answer.
    """
    pauses: Sequence[int] = EMAIL_PAUSES if reached else SERVER_PAUSES
    pause = timedelta(seconds=pauses[min(letter.attempts, len(pauses)) - 1])
    values = {
        "due_at": clock.now() + pause,
        "claim": None,
        "claimed_until": None,
        "fault": fault[:LONGEST_FAULT],
        "never_reached": Email.never_reached if not reached else False,
        "data": {**letter.data, "unanswered": unanswered},
    }
    return _change(letter.id, claim, values)


def is_too_old(letter: Email) -> bool:
    """Say whether a letter has waited so long that it is given up."""
    return clock.now() - letter.posted_at > GIVE_UP_AFTER


def withdraw_all(to: str) -> int:
    """End every waiting letter to an address. Gives how many there were."""
    ended = db.session.execute(
        update(Email)
        .where(Email.to == to, Email.outcome.is_(None))
        .values(outcome="withdrawn", settled_at=clock.now(), claim=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )
    return affected_rows(ended)


def list_holders() -> list[str]:
    """Give the addresses that a letter waits for."""
    return list(db.session.scalars(select(Email.to).where(Email.outcome.is_(None)).distinct()))


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which letters were settled so long ago that they are kept no longer."""
    return Email.settled_at <= at - KEPT_FOR


def _mine(letter_id: int, claim: str) -> tuple[ColumnElement[bool], ...]:
    return Email.id == letter_id, Email.claim == claim, Email.outcome.is_(None)


def _change(letter_id: int, claim: str, values: dict[str, Any]) -> bool:
    changed = db.session.execute(
        update(Email).where(*_mine(letter_id, claim)).values(**values).execution_options(synchronize_session=False)
    )
    return affected_rows(changed) == 1
