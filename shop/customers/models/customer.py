"""Customer: someone who buys, with addresses, tags and a note that only the staff see."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop import clock
from shop.extensions import Model

ADDRESS_FIELDS = ("name", "company", "line1", "line2", "zip", "city", "region", "country", "phone")


class Customer(Model):
    """One customer. `orders`, `spent` and `last_order_at` are a cache over their orders, see update_order_totals().

    `spent` is in the store's current currency, see recount_spent(); `spent_by_currency` has all of them, by ISO code,
    in minor units: what was paid and not refunded.
    """

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    name_key: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(String(50))
    note: Mapped[str] = mapped_column(Text)
    accepts_marketing: Mapped[bool]
    marketing_changed_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    orders: Mapped[int]
    spent: Mapped[int] = mapped_column(BigInteger)
    spent_by_currency: Mapped[dict[str, Any]] = mapped_column(JSON)
    last_order_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(clock.UtcDateTime)
    version: Mapped[int]

    addresses: Mapped[list["CustomerAddress"]] = relationship(
        order_by="CustomerAddress.id", cascade="all, delete-orphan"
    )
    tag_rows: Mapped[list["CustomerTag"]] = relationship(order_by="CustomerTag.tag", cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_customers_name_key", "name_key", "id"),
        Index("ix_customers_orders", "orders", "id"),
        Index("ix_customers_spent", "spent", "id"),
        Index("ix_customers_accepts_marketing", "accepts_marketing", "id"),
    )

    @property
    def tags(self) -> list[str]:
        """Return the tags by name."""
        return [row.tag for row in self.tag_rows]

    @property
    def label(self) -> str:
        """Return the name, or what else is known, or the number."""
        return self.name or self.email or self.phone or _("Customer %(number)s", number=self.id)


class CustomerAddress(Model):
    """One postal address of a customer; `fields` has the keys of ADDRESS_FIELDS."""

    __tablename__ = "customer_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    is_default: Mapped[bool]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class CustomerTag(Model):
    """One tag of one customer."""

    __tablename__ = "customer_tags"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(100), primary_key=True)

    __table_args__ = (Index("ix_customer_tags_tag", "tag", "customer_id"),)
