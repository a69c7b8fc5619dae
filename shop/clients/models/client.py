"""Client: a program of the shop's own, such as its storefront, that trusts this sign-in; and who may sign in to it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import Model
from shop.people.models.role import Role
from shop.tokens import digest, is_same


class ClientAccess(StrEnum):
    """Who may sign in to a client: everybody, whoever the allowlist names, or those with a role or a higher one."""

    EVERYBODY = "everybody"
    ALLOWLIST = "allowlist"
    OWNER = Role.OWNER.value
    STAFF = Role.STAFF.value
    VIEWER = Role.VIEWER.value


class Client(Model):
    """One registered client. Its id is no secret; of a confidential one's secret only the hash is kept.

    `redirects` and `after_sign_out` are the exact addresses to which a browser may be sent back (RFC 9700, 2.1); none
    for a program that no browser comes from, such as one that only checks tokens.
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
        """Say whether the client keeps no secret, as a program in a browser or on a phone cannot."""
        return self.secret_hash is None

    def is_its_secret(self, secret: str) -> bool:
        """Say in constant time whether a text is the client's secret."""
        return self.secret_hash is not None and is_same(digest(secret), self.secret_hash)
