"""Register, edit and remove clients and their secrets, and revoke what a change no longer allows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.clients import redirect_urls
from shop.clients.models.client import Client, ClientAccess
from shop.extensions import db
from shop.registry import Registry
from shop.tokens import digest, is_id, new_id, new_secret
from shop.transactions import insert_if_missing
from shop.web.actor import Actor

LONGEST_NAME = 80
NO_NAME = _l("Enter a name on one line, at most %(number)s characters.", number=LONGEST_NAME)
IS_PUBLIC = _l("Public clients don't have a secret to renew.")
BAD_ID = _l("This form is no longer valid. Open it again.")

# Hooks: each revokes what a room keeps for a client and the client, edited or removed, no longer allows. Each returns
# the number that it revoked.
revokers: Registry[Callable[[str], int]] = Registry()


class ClientRefused(Exception):
    """The change is refused; the text is a sentence that says why."""


class AlreadyRegistered(Exception):
    """The same form has already registered this client."""


@dataclass(frozen=True)
class ClientDetails:
    """What an owner enters about a client: its name, its redirect URLs, and who may sign in to it."""

    name: str
    redirects: list[str]
    after_sign_out: list[str]
    who: ClientAccess


@dataclass(frozen=True)
class RegisteredClient:
    """A newly registered client, and its secret, which is stored nowhere; None for a public client."""

    client: Client
    secret: str | None


def new_client_id() -> str:
    """Return an id for a new client. It never begins like a command line option."""
    while (made := new_id()).startswith("-"):
        pass
    return made


def register_client(client_id: str, terms: ClientDetails, *, is_public: bool, actor: Actor) -> RegisteredClient:
    """Register a client under an id from new_client_id().

    Raises ClientRefused, and AlreadyRegistered if the id is taken.
    """
    if not is_id(client_id) or client_id.startswith("-"):
        raise ClientRefused(str(BAD_ID))
    secret = None if is_public else new_secret()
    kept = {
        "secret_hash": digest(secret) if secret else None,
        "added_by": actor.name,
        "added_at": clock.now(),
        "version": 1,
    }
    if not insert_if_missing(Client, id=client_id, **check_details(terms, is_public=is_public), **kept):
        raise AlreadyRegistered
    client = db.session.get_one(Client, client_id)
    facts = {"client": client.id, "name": client.name, "who": client.who, "is_public": is_public}
    record("client_added", actor=actor, **facts)
    return RegisteredClient(client, secret)


def edit_client(client: Client, terms: ClientDetails, *, actor: Actor) -> bool:
    """Change a locked client's details, and revoke what it no longer allows. Returns whether anything changed.

    Raises ClientRefused.
    """
    values = check_details(terms, is_public=client.is_public)
    changes = {name: [getattr(client, name), one] for name, one in values.items() if getattr(client, name) != one}
    if not changes:
        return False
    for name, one in values.items():
        setattr(client, name, one)
    client.version += 1
    db.session.flush()
    ended = _revoke_lost(client.id) if "who" in changes else {}
    record("client_changed", actor=actor, client=client.id, changes=changes, ended=ended)
    return True


def renew_secret(client: Client, *, actor: Actor) -> str:
    """Replace a locked client's secret and return the new one; the old one stops working. Raises ClientRefused."""
    if client.is_public:
        raise ClientRefused(str(IS_PUBLIC))
    secret = new_secret()
    client.secret_hash = digest(secret)
    client.version += 1
    record("client_secret_renewed", actor=actor, client=client.id, name=client.name)
    return secret


def remove_client(client: Client, *, actor: Actor) -> None:
    """Remove a locked client, and everything that depends on it alone."""
    db.session.delete(client)
    db.session.flush()
    ended = _revoke_lost(client.id)
    record("client_removed", actor=actor, client=client.id, name=client.name, ended=ended)


def find_locked(client_id: str) -> Client | None:
    """Return a client's current row, locked until the transaction ends; None if there is none."""
    query = select(Client).where(Client.id == client_id).with_for_update().execution_options(populate_existing=True)
    found: Client | None = db.session.scalar(query)
    return found


def get_values(client: Client) -> dict[str, Any]:
    """Return an owner's details about a client as plain values, by field."""
    return {name: getattr(client, name) for name in ("name", "redirects", "after_sign_out", "who")}


def check_details(terms: ClientDetails, *, is_public: bool) -> dict[str, Any]:
    """Validate details, and return them as values to store, by field. Raises ClientRefused."""
    if not 0 < len(terms.name) <= LONGEST_NAME or not terms.name.isprintable():
        raise ClientRefused(str(NO_NAME))
    try:
        return {
            "name": terms.name,
            "redirects": redirect_urls.parse_urls(terms.redirects, is_public=is_public),
            "after_sign_out": redirect_urls.parse_urls(terms.after_sign_out, is_public=is_public),
            "who": str(terms.who),
        }
    except redirect_urls.BadRedirectUrl as refusal:
        raise ClientRefused(str(refusal)) from None


def _revoke_lost(client_id: str) -> dict[str, int]:
    return {name: end(client_id) for name, end in revokers.items()}
