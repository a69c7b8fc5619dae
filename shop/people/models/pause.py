"""Pause: sign-in for one address is stopped until a time."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Pause(Model):
    """Nobody signs in as this address until the time is up or an owner lifts it; who is signed in stays."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    until: Mapped[datetime] = mapped_column(clock.UtcDateTime)
