"""Signing keys: their names, public halves and times; no private half is ever stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class SigningKey(Model):
    """One key: published before it signs, then signing, then published until its last token expires."""

    __tablename__ = "signing_keys"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kid: Mapped[str] = mapped_column(String(22), unique=True)
    public: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    signs_from: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    signs_until: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)

    @property
    def state(self) -> str:
        """Return whether the key is the next one, the current one, or retiring."""
        if self.signs_from is None:
            return "next"
        return "retiring" if self.signs_until else "current"
