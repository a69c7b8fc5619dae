"""SignInRequest: one sign-in that was requested, by one browser or program."""

from datetime import datetime

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class SignInRequest(Model):
    """One request for an email. Link and code are derived from its id and the application key, and never stored.

    `browser_hash`: the hash of the requesting browser's cookie; without one (break-glass) any single browser may
    finish. `renews`: the session that this request's code confirms; such a request never begins one. `client_id`: the
    client of the sign-in, None for the admin. `by_api`: a program asked, not a browser.
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
