"""Email: one message with guaranteed delivery; no secret in it is ever stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model

OUTCOMES = ("waiting", "failed", "withheld", "delivered", "withdrawn")


class Email(Model):
    """An email of one `kind` about one `ref`, to one address; waiting until it has an `outcome`."""

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


def has_outcome(outcome: str) -> ColumnElement[bool]:
    """Return the SQL condition for emails with that outcome; waiting ones have none."""
    return Email.outcome.is_(None) if outcome == "waiting" else Email.outcome == outcome
