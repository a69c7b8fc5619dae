"""Block: denies one address access, whatever the rules say."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class Block(Model):
    """Denies one address access, whatever the rules say; after its removal they apply unchanged."""

    __tablename__ = "blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
