"""Emails with guaranteed delivery: post, claim, retry and withdraw them.

No secret in it is ever stored. Its text is stored only if a person wrote it, as in an email about a shipment.
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
from shop.transactions import update_returning, update_rows

LEASE = timedelta(seconds=90)  # longer than any delivery takes, so that no other worker claims an email in flight
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
    """Returned by a kind instead of a message: this email must not be sent, and why."""

    reason: str


@dataclass(frozen=True)
class EmailKind:
    """How a room sends its emails: a function that writes one, and a hook for its outcome.

    With `is_private` the audit log leaves out the address: a customer can be erased, and an entry cannot.
    """

    write: Callable[[Email], Message | Withheld]
    settled: Callable[[Email, str, str], None] = lambda letter, outcome, reason: None
    is_private: bool = False


kinds: Registry[EmailKind] = Registry()


def post(kind: str, *, to: str, ref: str, message_id: str, data: dict[str, Any] | None = None) -> Email:
    """Add an email to the outbox, in the transaction of its cause; the worker sends it after the commit."""
    at = clock.now()
    letter = Email(
        kind=kind, to=to, ref=ref, data=data or {}, message_id=message_id, posted_at=at, due_at=at, never_reached=True
    )
    db.session.add(letter)
    return letter


def is_due(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for emails that a worker may claim at that time."""
    free = or_(Email.claimed_until.is_(None), Email.claimed_until <= at)
    return and_(Email.outcome.is_(None), Email.due_at <= at, free)


def has_due() -> bool:
    """Return whether any email is due."""
    return db.session.scalar(select(Email.id).where(is_due(clock.now())).limit(1)) is not None


def claim_due(claim: str, *, most: int) -> list[int]:
    """Claim up to `most` due emails under the name `claim`. Returns their ids, oldest first.

    One conditional UPDATE: with any number of concurrent workers, each email belongs to one for the length of the
    lease.
    """
    at = clock.now()
    due = select(Email.id).where(is_due(at)).order_by(Email.due_at, Email.id).limit(most)
    # A CTE, so that PostgreSQL evaluates it once: evaluated per row, it would lock and claim more than `most`.
    chosen = due.with_for_update(skip_locked=True).cte("chosen")
    taken = update_returning(
        update(Email)
        .where(Email.id.in_(select(chosen.c.id)), is_due(at))
        .values(claim=claim, claimed_until=at + LEASE, attempts=Email.attempts + 1)
        .returning(Email.id)
    )
    return sorted(taken.scalars())


def find_claimed(letter_id: int, claim: str) -> Email | None:
    """Return the email if this claim still holds it."""
    return db.session.scalar(select(Email).where(*_mine(letter_id, claim)))


def extend_lease(letter: Email, claim: str) -> bool:
    """Extend a lease that is half over, as after a slow DNS look-up. Returns whether it was extended."""
    at = clock.now()
    if letter.claimed_until and letter.claimed_until - at > LEASE / 2:
        return False
    return _change(letter.id, claim, {"claimed_until": at + LEASE})


def settle(letter_id: int, claim: str, outcome: str, *, fault: str | None = None) -> bool:
    """Store an email's outcome, unless the claim was lost. Returns whether the claim still held it."""
    values = {"outcome": outcome, "settled_at": clock.now(), "claim": None, "claimed_until": None}
    values["fault"] = fault[:LONGEST_FAULT] if fault else None
    return _change(letter_id, claim, values)


def schedule_retry(letter: Email, claim: str, fault: str, *, reached: bool, unanswered: int) -> bool:
    """Schedule a retry, after a pause that grows with the attempts.

    `reached`: the server answered and refused this email, rather than being unreachable. `unanswered`: how often a
    server had received the whole email and gave no answer.
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
    """Return whether an email has waited so long that delivery is given up."""
    return clock.now() - letter.posted_at > GIVE_UP_AFTER


def withdraw_all(to: str) -> int:
    """Withdraw every waiting email to an address. Returns their number."""
    ended = update_rows(
        update(Email)
        .where(Email.to == to, Email.outcome.is_(None))
        .values(outcome="withdrawn", settled_at=clock.now(), claim=None, claimed_until=None)
    )
    return ended


def list_holders() -> list[str]:
    """Return the addresses of waiting emails."""
    return list(db.session.scalars(select(Email.to).where(Email.outcome.is_(None)).distinct()))


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for emails whose outcome is older than their retention."""
    return Email.settled_at <= at - KEPT_FOR


def _mine(letter_id: int, claim: str) -> tuple[ColumnElement[bool], ...]:
    return Email.id == letter_id, Email.claim == claim, Email.outcome.is_(None)


def _change(letter_id: int, claim: str, values: dict[str, Any]) -> bool:
    return update_rows(update(Email).where(*_mine(letter_id, claim)).values(**values)) == 1
