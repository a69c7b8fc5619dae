"""A picture of a product; its files are in the media folder."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Model


class Picture(Model):
    """One picture of a product; its files are `<name>-<size>.webp` under the media folder. Sizes are in pixels."""

    __tablename__ = "pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(22), unique=True)
    alt: Mapped[str] = mapped_column(String(500))
    width: Mapped[int]
    height: Mapped[int]

    __table_args__ = (Index("ix_pictures_product_id", "product_id", "position"),)
