"""Shipments and their lines."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop import clock
from shop.extensions import Model


class Shipment(Model):
    """One shipment of an order. `key` is the form's idempotency key."""

    __tablename__ = "shipments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    by: Mapped[str] = mapped_column(String(254))
    carrier: Mapped[str] = mapped_column(String(100))
    tracking: Mapped[str] = mapped_column(String(100))
    tracking_url: Mapped[str] = mapped_column(String(500))
    key: Mapped[str] = mapped_column(String(60), unique=True)

    lines: Mapped[list["ShipmentLine"]] = relationship(order_by="ShipmentLine.id", cascade="all")


class ShipmentLine(Model):
    """Units of one order line in one shipment."""

    __tablename__ = "shipment_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    units: Mapped[int]
