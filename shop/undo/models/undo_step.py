"""UndoStep: what one click changed on many records, kept for a day so that it can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class UndoStep(Model):
    """A change that can be undone for a day. `kind` names the room that can; only that room interprets `changes`."""

    __tablename__ = "undo_steps"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime, index=True)
    by: Mapped[str] = mapped_column(String(254), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str] = mapped_column(String(200))
    changes: Mapped[list[Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
