"""Events of an order's timeline: what happened to it, and comments of the staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model

# The closed list; timeline.py has the sentences for them.
EVENT_KINDS = (  # not marked: stored
    "placed",
    "edited",
    "paid",
    "shipped",
    "refunded",
    "cancelled",
    "archived",
    "reopened",
    "tagged",
    "printed",
    "letter posted",
    "comment",
)


class OrderEvent(Model):
    """One line of an order's timeline. `comment` is what someone wrote; `details` what happened, by kind."""

    __tablename__ = "order_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("ix_order_events_order_id", "order_id", "id"),)
