"""Letter: one mail that will be delivered, whatever happens.

No secret of it is ever stored; its text only where somebody wrote it, as of the letter about a parcel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_mail import Message
from sqlalchemy import JSON, ColumnElement, Index, String, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import db
from shop.registry import Registry
from shop.transactions import affected_rows

LEASE = timedelta(seconds=90)  # longer than delivery ever takes, so that a letter in flight is not taken by another
LATE = timedelta(minutes=2)
PAUSES = (1, 2, 4, 8, 15, 30)  # seconds; the last one repeats, so that a queue drains soon after the relay is back
LETTER_PAUSES = (5, 15, 60, 300, 900, 3600)
GIVE_UP = timedelta(days=2)
KEEP = timedelta(days=30)
LONGEST_FAULT = 300
OUTCOMES = ("waiting", "failed", "withheld", "delivered", "withdrawn")


class Letter(db.Model):  # type: ignore[name-defined]
    """A letter of one `kind` about one `ref`, to one address; waiting until it has an `outcome`."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(40), index=True)
    to: Mapped[str] = mapped_column(String(254), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(String(120))
    posted_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(22))
    claimed_until: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    settled_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    fault: Mapped[str | None] = mapped_column(String(300))
    never_reached: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        Index("ix_letters_outcome", "outcome", "id"),
        Index("ix_letters_due_at", "due_at", sqlite_where=outcome.is_(None), postgresql_where=outcome.is_(None)),
    )


@dataclass(frozen=True)
class Withheld:
    """Said by a kind instead of a message: this letter must not leave, and why."""

    reason: str


@dataclass(frozen=True)
class Kind:
    """What a room must know to have its letters sent: how one is written, and what follows when it is settled.

    With `is_private` the audit log does not say to whom: a customer can be erased, and an entry cannot.
    """

    write: Callable[[Letter], Message | Withheld]
    settled: Callable[[Letter, str, str], None] = lambda letter, outcome, reason: None
    is_private: bool = False


kinds: Registry[Kind] = Registry()


def post(kind: str, *, to: str, ref: str, message_id: str, data: dict[str, Any] | None = None) -> Letter:
    """Put a letter into the outbox, in the transaction of its cause; the worker sends it after the commit."""
    at = clock.now()
    letter = Letter(
        kind=kind, to=to, ref=ref, data=data or {}, message_id=message_id, posted_at=at, due_at=at, never_reached=True
    )
    db.session.add(letter)
    return letter


def is_due(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which letters a worker may take at that time."""
    free = or_(Letter.claimed_until.is_(None), Letter.claimed_until <= at)
    return and_(Letter.outcome.is_(None), Letter.due_at <= at, free)


def has_due() -> bool:
    """Say whether any letter may be taken now."""
    return db.session.scalar(select(Letter.id).where(is_due(clock.now())).limit(1)) is not None


def claim_due(claim: str, *, most: int) -> list[int]:
    """Take up to `most` due letters under the name `claim`. Gives their ids, oldest first.

    One conditional UPDATE: however many workers ask at once, each letter is one worker's for the length of the lease.
    """
    at = clock.now()
    due = select(Letter.id).where(is_due(at)).order_by(Letter.due_at, Letter.id).limit(most)
    # Named apart, so that PostgreSQL reads it once: read once for each row it would lock, and take, more than `most`.
    chosen = due.with_for_update(skip_locked=True).cte("chosen")
    taken = db.session.execute(
        update(Letter)
        .where(Letter.id.in_(select(chosen.c.id)), is_due(at))
        .values(claim=claim, claimed_until=at + LEASE, attempts=Letter.attempts + 1)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken.scalars())


def find_claimed(letter_id: int, claim: str) -> Letter | None:
    """Give the letter if it is still this claim's."""
    return db.session.scalar(select(Letter).where(*_mine(letter_id, claim)))


def extend(letter: Letter, claim: str) -> bool:
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


def retry(letter: Letter, claim: str, fault: str, *, reached: bool, unanswered: int) -> bool:
    """Put a letter back for later, after a pause that grows with its attempts.

    `reached` tells a server that answered and did not take this letter from one that could not be spoken to at all;
    `unanswered` is how often a server had the whole letter and gave no answer.
    """
    pauses: Sequence[int] = LETTER_PAUSES if reached else PAUSES
    pause = timedelta(seconds=pauses[min(letter.attempts, len(pauses)) - 1])
    values = {
        "due_at": clock.now() + pause,
        "claim": None,
        "claimed_until": None,
        "fault": fault[:LONGEST_FAULT],
        "never_reached": Letter.never_reached if not reached else False,
        "data": {**letter.data, "unanswered": unanswered},
    }
    return _change(letter.id, claim, values)


def is_too_old(letter: Letter) -> bool:
    """Say whether a letter has waited so long that it is given up."""
    return clock.now() - letter.posted_at > GIVE_UP


def withdraw(to: str) -> int:
    """End every waiting letter to an address. Gives how many there were."""
    ended = db.session.execute(
        update(Letter)
        .where(Letter.to == to, Letter.outcome.is_(None))
        .values(outcome="withdrawn", settled_at=clock.now(), claim=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )
    return affected_rows(ended)


def holders() -> list[str]:
    """Give the addresses that a letter waits for."""
    return list(db.session.scalars(select(Letter.to).where(Letter.outcome.is_(None)).distinct()))


def is_over(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which letters were settled so long ago that they are kept no longer."""
    return Letter.settled_at <= at - KEEP


def is_mail_delayed() -> bool:
    """Say whether the mail system as a whole is behind: a letter has waited two minutes for a server to speak to.

    A server that answers but defers one letter does not count: that would tell of one address.
    """
    waiting = and_(Letter.outcome.is_(None), Letter.never_reached, Letter.posted_at <= clock.now() - LATE)
    return db.session.scalar(select(Letter.id).where(waiting).limit(1)) is not None


def has_outcome(outcome: str) -> ColumnElement[bool]:
    """Say in SQL which letters have that outcome; those that wait have none."""
    return Letter.outcome.is_(None) if outcome == "waiting" else Letter.outcome == outcome


def counts() -> dict[str, int]:
    """Count the letters by outcome; those without one are `waiting`."""
    found = db.session.execute(select(Letter.outcome, func.count()).group_by(Letter.outcome))
    return {outcome or "waiting": number for outcome, number in found}


def listed(outcome: str | None, *, most: int = 100) -> list[Letter]:
    """Give the newest letters with that outcome (`waiting` for none, nothing for all)."""
    query = select(Letter).order_by(Letter.id.desc()).limit(most)
    return list(db.session.scalars(query.where(has_outcome(outcome)) if outcome else query))


def _mine(letter_id: int, claim: str) -> tuple[ColumnElement[bool], ...]:
    return Letter.id == letter_id, Letter.claim == claim, Letter.outcome.is_(None)


def _change(letter_id: int, claim: str, values: dict[str, Any]) -> bool:
    changed = db.session.execute(
        update(Letter).where(*_mine(letter_id, claim)).values(**values).execution_options(synchronize_session=False)
    )
    return affected_rows(changed) == 1
