"""Grant: what one sign-in gave one client, with the whole family of its tokens; it ends as a whole."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Grant(Model):
    """One family of tokens: of a person, for a client, from a sign-in. Only a hash of its refresh token is stored.

    `code_id`: the authorization code that started it; no other grant can start from that code. `by_api`: a program
    signed in with an emailed code, without a browser.
    """

    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    session_id: Mapped[int] = mapped_column(index=True)
    client_id: Mapped[str | None] = mapped_column(String(22))
    code_id: Mapped[str | None] = mapped_column(String(22), unique=True)
    by_api: Mapped[bool]
    scope: Mapped[str] = mapped_column(String(200))
    refresh_hash: Mapped[str] = mapped_column(String(64))
    proven_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    begun_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(clock.UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(40))
