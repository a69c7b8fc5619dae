"""Record what happened: an audit log entry in the same transaction as its cause."""

from typing import Any

from shop import clock
from shop.audit.events import EVENTS
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.web.actor import Actor

ABOUT_KEYS = ("address", "subject", "to")  # the keys of an event that name the person concerned


class UndeclaredEvent(Exception):
    """An event, or one of its keys, is missing from the closed list: a bug of the caller."""


def record(event: str, *, actor: Actor, **details: Any) -> Entry:
    """Add an entry to the current transaction; it is chained and written at the commit, or not at all.

    `by` is the address of the person who acted, or `visitor`, `worker`, `program` or `command line`. Raises
    UndeclaredEvent.
    """
    if frozenset(details) != EVENTS.get(event):
        raise UndeclaredEvent(f"{event} {sorted(details)}")
    about = next((str(details[key]) for key in ABOUT_KEYS if key in details), "")
    entry = Entry(
        at=clock.now(),
        event=event,
        by=actor.name,
        about=about,
        network=actor.request.network,
        request_id=actor.request.request_id,
        details=details,
    )
    db.session.info.setdefault("entries", []).append(entry)
    return entry
