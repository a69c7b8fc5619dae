"""ChainHead: where the chain of entries ends; one row."""

from sqlalchemy.orm import Mapped, mapped_column

from shop.audit.models.columns import StrictText
from shop.extensions import Model


class ChainHead(Model):
    """The end of the chain, in its only row: how many entries there are, and the last one's hash.

    Its seal is over both: whoever cuts entries off cannot make the end that would fit.
    """

    __tablename__ = "audit_heads"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(StrictText(64))
    seal: Mapped[str] = mapped_column(StrictText(64))
