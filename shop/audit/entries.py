"""Record what happened: an entry of the audit log in the transaction of its cause."""

from typing import Any

from shop import clock
from shop.audit.events import EVENTS
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.web.request_info import RequestInfo

ABOUT_KEYS = ("address", "subject", "to")  # the keys of an event that name whom it is about


class UndeclaredEvent(Exception):
    """An event, or a key of one, that the closed list does not have: a fault of the caller."""


def record(event: str, *, by: str, visit: RequestInfo, **details: Any) -> Entry:
    """Add one entry to the present transaction; it is chained and written when that commits, or not at all.

    `by` is the address of who acted, or `visitor`, `worker`, `program` or `command line`. Raises UndeclaredEvent.
    """
    if frozenset(details) != EVENTS.get(event):
        raise UndeclaredEvent(f"{event} {sorted(details)}")
    about = next((str(details[key]) for key in ABOUT_KEYS if key in details), "")
    entry = Entry(
        at=clock.now(),
        event=event,
        by=by,
        about=about,
        network=visit.network,
        request_id=visit.request_id,
        details=details,
    )
    db.session.info.setdefault("entries", []).append(entry)
    return entry
