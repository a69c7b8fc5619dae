"""Payments: money received, in minor units of the order's currency."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Payment(Model):
    """Money that was received. `key` is the form's idempotency key."""

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))
    amount: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(60), unique=True)
