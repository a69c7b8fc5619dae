"""ChainHead: where the chain of entries ends; one row."""

from sqlalchemy.orm import Mapped, mapped_column

from shop.audit.models.columns import StrictText
from shop.extensions import Model


class ChainHead(Model):
    """The end of the chain, in a single row: the number of entries, and the last one's hash.

    Its seal covers both: an attacker who cuts entries off cannot forge the matching end.
    """

    __tablename__ = "audit_heads"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(StrictText(64))
    seal: Mapped[str] = mapped_column(StrictText(64))
