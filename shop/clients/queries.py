"""Clients: one by its id, all by name, and the one that is open to everyone."""

from sqlalchemy import select

from shop.clients.models.client import Client, ClientAccess
from shop.extensions import db


def find_client(client_id: str | None) -> Client | None:
    """Return a client by its id, read from the database again: it may have been changed or removed."""
    return db.session.get(Client, client_id, populate_existing=True) if client_id else None


def all_clients() -> list[Client]:
    """Return every client, by name."""
    return list(db.session.scalars(select(Client).order_by(Client.name, Client.id)))


def client_names() -> dict[str, str]:
    """Return the name of each client by its id."""
    return {client.id: client.name for client in all_clients()}


def find_client_name(client_id: str | None) -> str | None:
    """Return the client's name that its own people see; None for the admin, and for a removed client."""
    client = find_client(client_id)
    return client.name if client else None


def find_open_client() -> Client | None:
    """Return the client that is open to everyone, the first by name; a new customer can get an account through it."""
    by_name = select(Client).where(Client.who == ClientAccess.EVERYBODY).order_by(Client.name, Client.id).limit(1)
    return db.session.scalar(by_name)
