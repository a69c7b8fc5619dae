"""Client: a program of the shop's own, such as its storefront, that trusts this sign-in; and who may sign in to it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.extensions import db
from shop.people.access_policy import AccessDecision
from shop.people.models.role import Role
from shop.tokens import digest, is_same


class Who(StrEnum):
    """Who may sign in to a client: everybody, whoever the allowlist names, or those with a role or a higher one."""

    EVERYBODY = "everybody"
    ALLOWLIST = "allowlist"
    OWNER = Role.OWNER.value
    STAFF = Role.STAFF.value
    VIEWER = Role.VIEWER.value


class Client(db.Model):  # type: ignore[name-defined]
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


def find_client(client_id: str | None) -> Client | None:
    """Give a client by its id, read anew: it may have been changed or removed since."""
    return db.session.get(Client, client_id, populate_existing=True) if client_id else None


def all_clients() -> list[Client]:
    """Give every client, by name."""
    return list(db.session.scalars(select(Client).order_by(Client.name, Client.id)))


def refusal_of(client_id: str | None, verdict: AccessDecision) -> str | None:
    """Say why an address with that verdict may not sign in to a client, or without one to the admin; None if it may."""
    if client_id is None:
        return None if verdict.may_enter else verdict.reason
    client = find_client(client_id)
    if client is None:
        return "the client is gone"
    if admits(client, verdict):
        return None
    return f"{client.name} is for {client.who} only" if verdict.may_enter else verdict.reason


def admits(client: Client, verdict: AccessDecision) -> bool:
    """Say whether an address with that verdict may sign in to a client."""
    if verdict.is_blocked or client.who == Who.EVERYBODY:
        return not verdict.is_blocked
    if client.who == Who.ALLOWLIST:
        return verdict.may_enter
    return verdict.role is not None and verdict.role.rank >= Role(client.who).rank


def names() -> dict[str, str]:
    """Give the name of each client by its id."""
    return {client.id: client.name for client in all_clients()}


def name_of(client_id: str | None) -> str | None:
    """Give the name that a client's own people know it by; None for the admin, and for a client that is gone."""
    client = find_client(client_id)
    return client.name if client else None


def find_open() -> Client | None:
    """Give the client through which anybody may come to an account, the first by name of those open to everybody."""
    by_name = select(Client).where(Client.who == Who.EVERYBODY).order_by(Client.name, Client.id).limit(1)
    return db.session.scalar(by_name)
