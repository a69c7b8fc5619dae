"""Rule: gives one address, or a whole domain, access with a role."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Rule(Model):
    """Gives one address, or a whole domain (`@example.com`), access in a role, through the day in `until`."""

    __tablename__ = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    added_by: Mapped[str] = mapped_column(String(254))
    added_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
