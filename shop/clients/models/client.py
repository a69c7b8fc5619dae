"""Client: a program of the shop's own, such as its storefront, that people sign in to through it; and who may."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model
from shop.people.models.role import Role
from shop.tokens import digest, is_same


class ClientAccess(StrEnum):
    """Who may sign in to a client: everyone, everyone on the allowlist, or people with at least a certain role."""

    EVERYBODY = "everybody"
    ALLOWLIST = "allowlist"
    OWNER = Role.OWNER.value
    STAFF = Role.STAFF.value
    VIEWER = Role.VIEWER.value


class Client(Model):
    """A registered client. Its id is not secret; of a confidential client's secret only the hash is stored.

    `redirects` and `after_sign_out` are the exact URLs to which a browser may be sent back (RFC 9700, 2.1). They are
    empty for a program that uses no browser, such as one that only checks tokens.
    """

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    who: Mapped[str] = mapped_column(String(10))
    redirects: Mapped[list[str]] = mapped_column(JSON)
    after_sign_out: Mapped[list[str]] = mapped_column(JSON)
    secret_hash: Mapped[str | None] = mapped_column(String(64))
    added_by: Mapped[str] = mapped_column(String(254))
    added_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def is_public(self) -> bool:
        """Whether the client has no secret, since a program in a browser or on a phone cannot keep one."""
        return self.secret_hash is None

    def is_its_secret(self, secret: str) -> bool:
        """Return whether a text is the client's secret, compared in constant time."""
        return self.secret_hash is not None and is_same(digest(secret), self.secret_hash)
