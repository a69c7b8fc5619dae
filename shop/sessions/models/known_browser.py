"""KnownBrowser: a browser, or a program, that has signed in as a person before."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model


class KnownBrowser(Model):
    """A browser that signed in as a person, recognized by a secret of its own; only its hash is stored.

    Or a program that signed a person in, recognized by its traits. Its hash begins with a letter that no browser's has,
    so that no cookie passes for a program.
    """

    __tablename__ = "known_browsers"
    __table_args__ = (UniqueConstraint("person_id", "secret_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), index=True)
    first_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
