"""A stock movement: one change of what is on hand of one variant, and its reason."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Reason(StrEnum):
    """Why stock changed. Orders write the last three, a count COUNTED; a person chooses among the others.

    What came back without an order of ours is RETURNED by hand, too.
    """

    RECEIVED = "received"
    COUNTED = "counted"
    CORRECTION = "correction"
    DAMAGED = "damaged"
    LOST = "lost"
    SOLD = "sold"
    RETURNED = "returned"
    NOT_RESTOCKED = "not restocked"


class Movement(Model):
    """One change of what is on hand of one variant; never changed or deleted. `total` is the balance after it."""

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))
    delta: Mapped[int]
    total: Mapped[int]
    reason: Mapped[Reason] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    key: Mapped[str] = mapped_column(String(60), unique=True)

    __table_args__ = (
        Index("ix_stock_movements_variant_id", "variant_id", "id"),
        Index("ix_stock_movements_reason", "reason", "id"),
        Index("ix_stock_movements_by", "by", "id"),
        Index("ix_stock_movements_at", "at", "id"),
        Index("ix_stock_movements_order_id", "order_id"),
    )
