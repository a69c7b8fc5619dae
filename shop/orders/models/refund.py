"""Refunds and their lines: money and goods returned, in minor units of the order's currency."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop import clock
from shop.extensions import Model


class Refund(Model):
    """A refund: `amount` is the money (0 for a return without any), `credit` what is no longer owed.

    `credit` is the value of the goods and the shipping, or the amount where that is more; see refunds.py. `shipping`
    includes the tax that was added to it.
    """

    __tablename__ = "refunds"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))
    amount: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int] = mapped_column(BigInteger)
    credit: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(60), unique=True)

    lines: Mapped[list["RefundLine"]] = relationship(order_by="RefundLine.id", cascade="all")

    __table_args__ = (Index("ix_refunds_at", "at"),)


class RefundLine(Model):
    """Units of one order line in one refund: `removed` were never shipped, `returned` came back.

    `is_restocked` says whether they can be sold again.
    """

    __tablename__ = "refund_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    removed: Mapped[int]
    returned: Mapped[int]
    value: Mapped[int] = mapped_column(BigInteger)
    is_restocked: Mapped[bool]
