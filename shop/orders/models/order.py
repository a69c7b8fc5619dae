"""Orders, their lines and tags. Amounts are minor units of the order's own currency."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop import clock
from shop.extensions import Model


class OrderStatus(StrEnum):
    """Whether an order is open, beside its two computed states."""

    OPEN = "open"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


class PaymentState(StrEnum):
    """What has been paid of an order: computed by status.py from payments and refunds, never set by hand."""

    PENDING = "pending"
    PARTLY_PAID = "partly paid"
    PAID = "paid"
    PARTLY_REFUNDED = "partly refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"


class FulfilmentState(StrEnum):
    """What has been shipped of an order: computed by status.py from shipments and refunds, never set by hand."""

    UNFULFILLED = "unfulfilled"
    PARTIAL = "partial"
    FULFILLED = "fulfilled"
    RESTOCKED = "restocked"


class Order(Model):
    """One order. The columns from `subtotal` to `is_to_pay` are a cache that status.recalculate() writes.

    archive.py writes `status` for many orders at once, by the same definition. `tax_rate` is in basis points; with
    `prices_include_tax` the tax is inside the prices, else it is added to them. `key` is the form's idempotency key.
    """

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    email: Mapped[str] = mapped_column(String(254))
    placed_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    placed_by: Mapped[str] = mapped_column(String(254))
    currency: Mapped[str] = mapped_column(String(3))
    prices_include_tax: Mapped[bool]
    tax_rate: Mapped[int]
    shipping: Mapped[int] = mapped_column(BigInteger)
    shipping_method: Mapped[str] = mapped_column(String(100))
    discount: Mapped[int] = mapped_column(BigInteger)
    discount_code: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text)
    billing: Mapped[dict[str, Any]] = mapped_column(JSON)
    delivery: Mapped[dict[str, Any]] = mapped_column(JSON)
    cancelled_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(String(200))
    archived_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    version: Mapped[int]
    subtotal: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger)
    credited: Mapped[int] = mapped_column(BigInteger)
    units: Mapped[int]
    status: Mapped[OrderStatus] = mapped_column(String(10))
    payment_state: Mapped[PaymentState] = mapped_column(String(16))
    fulfilment_state: Mapped[FulfilmentState] = mapped_column(String(12))
    is_to_ship: Mapped[bool] = mapped_column()
    is_to_pay: Mapped[bool] = mapped_column()

    lines: Mapped[list["OrderLine"]] = relationship(  # not marked: names of columns
        order_by="OrderLine.position, OrderLine.id", cascade="all"
    )
    tag_rows: Mapped[list["OrderTag"]] = relationship(order_by="OrderTag.tag", cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_orders_placed_at", "placed_at", "id"),
        Index("ix_orders_status", "status", "id"),
        Index("ix_orders_payment_state", "payment_state", "id"),
        Index("ix_orders_fulfilment_state", "fulfilment_state", "id"),
        Index("ix_orders_customer_id", "customer_id", "id"),
        Index("ix_orders_email", "email", "id"),
        Index("ix_orders_total", "total", "id"),
        Index(
            "ix_orders_sales",
            "currency",
            "placed_at",
            "id",
            "total",
            sqlite_where=cancelled_at.is_(None),
            postgresql_where=cancelled_at.is_(None),
        ),
        Index("ix_orders_is_to_ship", "id", sqlite_where=is_to_ship.is_(True), postgresql_where=is_to_ship.is_(True)),
        Index("ix_orders_is_to_pay", "id", sqlite_where=is_to_pay.is_(True), postgresql_where=is_to_pay.is_(True)),
    )

    @property
    def tags(self) -> list[str]:
        """Return the tags by name."""
        return [row.tag for row in self.tag_rows]


class OrderLine(Model):
    """One line of an order, with its own copy of what was sold: a product may be changed or deleted.

    `price` is for one unit; `discount` and `tax` are for the whole line, computed by totals.py. A line without a
    variant is free text, and has no stock.
    """

    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(255))
    variant_title: Mapped[str] = mapped_column(String(255))
    sku: Mapped[str] = mapped_column(String(255))
    price: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int]
    taxable: Mapped[bool]
    requires_shipping: Mapped[bool]
    discount: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)

    order: Mapped[Order] = relationship(back_populates="lines")

    __table_args__ = (
        Index("ix_order_lines_product_id", "product_id", "order_id"),
        Index("ix_order_lines_variant_id", "variant_id", "order_id"),
    )


class OrderTag(Model):
    """One tag of one order."""

    __tablename__ = "order_tags"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(100), primary_key=True)

    __table_args__ = (Index("ix_order_tags_tag", "tag", "order_id"),)
