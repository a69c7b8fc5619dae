"""Pause: sign-in for one address is stopped until a time."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Pause(Model):
    """No one can sign in with this address until the time is over or an owner lifts the pause; live sessions stay."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    until: Mapped[datetime] = mapped_column(clock.UtcDateTime)
