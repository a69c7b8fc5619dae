"""Clients: one by its id, all of them by name, and the one that is open to everybody."""

from sqlalchemy import select

from shop.clients.models.client import Client, ClientAccess
from shop.extensions import db


def find_client(client_id: str | None) -> Client | None:
    """Give a client by its id, read anew: it may have been changed or removed since."""
    return db.session.get(Client, client_id, populate_existing=True) if client_id else None


def all_clients() -> list[Client]:
    """Give every client, by name."""
    return list(db.session.scalars(select(Client).order_by(Client.name, Client.id)))


def client_names() -> dict[str, str]:
    """Give the name of each client by its id."""
    return {client.id: client.name for client in all_clients()}


def find_client_name(client_id: str | None) -> str | None:
    """Give the name that a client's own people know it by; None for the admin, and for a client that is gone."""
    client = find_client(client_id)
    return client.name if client else None


def find_open_client() -> Client | None:
    """Give the client through which anybody may come to an account, the first by name of those open to everybody."""
    by_name = select(Client).where(Client.who == ClientAccess.EVERYBODY).order_by(Client.name, Client.id).limit(1)
    return db.session.scalar(by_name)
