"""LoginSession: one browser that is signed in; the table holds only its secret's hash."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class EndReason(StrEnum):
    """Why a session ended, as the table and the audit log store it."""

    SIGNED_OUT = "signed out"
    ACCESS_ENDED = "access ended"
    CLIENT_ACCESS_ENDED = "the client admits them no longer"
    BY_SELF = "ended from another browser"
    BY_OWNER = "ended by an owner"
    BY_COMMAND = "ended by command"


class LoginSession(Model):
    """A signed-in browser of one person, valid until it ends, idles out or reaches its maximum age.

    `client_id`: the client that the person signed in to; one that is open to everyone needs no role. `next_hash`: the
    hash of the path to which the sign-in led.
    """

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    proven_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(40))
    via: Mapped[str] = mapped_column(String(12))
    network: Mapped[str] = mapped_column(String(60))
    browser: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str | None] = mapped_column(String(22))
    next_hash: Mapped[str | None] = mapped_column(String(64))
