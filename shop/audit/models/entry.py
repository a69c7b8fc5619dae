"""Entry: one thing that happened, who did it, from where; never changed."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.audit.models.columns import StrictJson, StrictText, StrictUtcDateTime
from shop.extensions import Model

KEY_ID, HASH = re.compile(r"[0-9a-f]{8}"), re.compile(r"[0-9a-f]{64}")


class Entry(Model):
    """A line of the audit log: never changed, never a secret in it. Numbered without gaps, chained by hash."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(StrictUtcDateTime)
    event: Mapped[str] = mapped_column(StrictText(40))
    by: Mapped[str] = mapped_column(StrictText(254))
    about: Mapped[str] = mapped_column(StrictText(254))
    network: Mapped[str] = mapped_column(StrictText(60))
    request_id: Mapped[str] = mapped_column(StrictText(22))
    details: Mapped[dict[str, Any]] = mapped_column(StrictJson)
    key_id: Mapped[str] = mapped_column(StrictText(8))
    hash: Mapped[str] = mapped_column(StrictText(64))

    __table_args__ = (
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_event", "event", "id"),
        Index("ix_audit_entries_by", "by", "id"),
        Index("ix_audit_entries_about", "about", "id"),
    )

    @property
    def is_readable(self) -> bool:
        """Return whether every cell is stored as the program stores it. A cell that is not reads as None."""
        has_all = all(getattr(self, column.key) is not None for column in Entry.__table__.columns)
        return has_all and bool(KEY_ID.fullmatch(self.key_id) and HASH.fullmatch(self.hash))
