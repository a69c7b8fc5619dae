"""Invitation: an address that was invited and has not signed in yet."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Invitation(Model):
    """One invited address that has not signed in yet; deleted when it signs in or loses its rule."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    invited_by: Mapped[str] = mapped_column(String(254))
    invited_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    last_letter_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
