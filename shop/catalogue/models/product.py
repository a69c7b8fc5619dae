"""Products, their variants and tags. Amounts are minor units of the store's currency."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop import clock
from shop.extensions import Model

MOST_OPTIONS = 3
MOST_VARIANTS = 200


class ProductStatus(StrEnum):
    """Whether a product is sold."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class StockState(StrEnum):
    """The stock state of a variant; of a product, that of its variant with the least left."""

    OUT = "out"
    LOW = "low"
    IN = "in"

    @classmethod
    def for_quantity(cls, available: int, low_at: int) -> "StockState":
        """Return the state of a variant, as cached_columns.stock_state_case() does in SQL."""
        if available <= 0:
            return cls.OUT
        return cls.LOW if available <= low_at else cls.IN


class Product(Model):
    """A thing that is sold, in one variant or in one for each combination of up to three options.

    `available`, `stock_state`, `price_low` and `price_high` are a cache over its variants, see cached_columns.
    """

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(255))
    title_key: Mapped[str] = mapped_column(String(255))
    handle: Mapped[str] = mapped_column(String(255), unique=True)
    description: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(255))
    vendor: Mapped[str] = mapped_column(String(255))
    status: Mapped[ProductStatus] = mapped_column(String(10))
    option1: Mapped[str] = mapped_column(String(255))
    option2: Mapped[str] = mapped_column(String(255))
    option3: Mapped[str] = mapped_column(String(255))
    price_low: Mapped[int] = mapped_column(BigInteger)
    price_high: Mapped[int] = mapped_column(BigInteger)
    available: Mapped[int]
    stock_state: Mapped[StockState] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    version: Mapped[int]

    variants: Mapped[list["Variant"]] = relationship(
        order_by="Variant.position, Variant.id", cascade="all"
    )  # not marked: SQL
    tag_rows: Mapped[list["ProductTag"]] = relationship(order_by="ProductTag.tag", cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_products_updated_at", "updated_at", "id"),
        Index("ix_products_title_key", "title_key", "id"),
        Index("ix_products_price_low", "price_low", "id"),
        Index("ix_products_available", "available", "id"),
        Index("ix_products_status", "status", "updated_at", "id"),
        Index("ix_products_stock_state", "stock_state", "updated_at", "id"),
        Index("ix_products_status_stock_state", "status", "stock_state", "updated_at", "id"),
        Index("ix_products_vendor", "vendor", "updated_at", "id"),
        Index("ix_products_type", "type", "updated_at", "id"),
    )

    @property
    def tags(self) -> list[str]:
        """Return the tags, sorted."""
        return [row.tag for row in self.tag_rows]

    @property
    def options(self) -> list[str]:
        """Return the names of its options; none for a product with a single variant."""
        return [name for name in (self.option1, self.option2, self.option3) if name]


class ProductTag(Model):
    """One tag of one product."""

    __tablename__ = "product_tags"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(100), primary_key=True)

    __table_args__ = (Index("ix_product_tags_tag", "tag", "product_id"),)


class Variant(Model):
    """One of the ways in which a product is sold, with its own price and stock. Weight is in grams.

    `on_hand` caches the ledger's sum, `committed` what open orders have reserved, and `available` is the difference;
    only the ledger changes them, and its check repairs them. `low_stock` is the variant's own threshold, `low_at` the
    one in force. `title_key` and `is_sold` repeat what its product says, see cached_columns.refresh_variants(), so that
    a list of variants need not join products.
    """

    __tablename__ = "variants"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    title_key: Mapped[str] = mapped_column(String(255), server_default=text("''"))
    is_sold: Mapped[bool] = mapped_column(server_default=false())
    position: Mapped[int]
    value1: Mapped[str] = mapped_column(String(255))
    value2: Mapped[str] = mapped_column(String(255))
    value3: Mapped[str] = mapped_column(String(255))
    sku: Mapped[str] = mapped_column(String(255))
    barcode: Mapped[str] = mapped_column(String(255))
    price: Mapped[int] = mapped_column(BigInteger)
    compare_at: Mapped[int | None] = mapped_column(BigInteger)
    cost: Mapped[int | None] = mapped_column(BigInteger)
    weight: Mapped[int]
    taxable: Mapped[bool]
    requires_shipping: Mapped[bool]
    continue_selling: Mapped[bool]
    low_stock: Mapped[int | None]
    low_at: Mapped[int]
    on_hand: Mapped[int]
    committed: Mapped[int]
    available: Mapped[int]
    stock_state: Mapped[StockState] = mapped_column(String(5))
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id", ondelete="SET NULL"))
    version: Mapped[int]

    product: Mapped[Product] = relationship(back_populates="variants")

    __table_args__ = (
        Index("ix_variants_product_id", "product_id", "position"),
        Index("ix_variants_sku", "sku"),
        Index("ix_variants_barcode", "barcode"),
        Index("ix_variants_available", "available", "id"),
        Index("ix_variants_on_hand", "on_hand", "id"),
        Index("ix_variants_committed", "committed", "id"),
        Index("ix_variants_title_key", "title_key", "id"),
        Index("ix_variants_stock_state", "stock_state", "is_sold", "id"),
    )

    @property
    def title(self) -> str:
        """Return its option values, such as "Red / M"; empty for a product without options."""
        return " / ".join(value for value in (self.value1, self.value2, self.value3) if value)
