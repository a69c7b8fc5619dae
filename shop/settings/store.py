"""The store's settings: read, lock and change the single row, and tell other rooms about changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select

from shop.audit.entries import record
from shop.database.connections import allow_long_statements
from shop.extensions import db
from shop.registry import Registry
from shop.settings.models.store import DEFAULTS, STORE_ID, Store
from shop.transactions import insert_if_missing
from shop.web.actor import Actor

SEEN = "store"
# Every page asks it, so it is built once, and gives columns: an object of the session would cost twice the time.
_STORE = select(Store.__table__).where(Store.__table__.c.id == STORE_ID)


@dataclass(frozen=True)
class ChangeHook:
    """A room's hook for a changed setting: it gets the value before and after."""

    setting: str
    follow: Callable[[Any, Any], None]


change_hooks: Registry[ChangeHook] = Registry()
# Tables with amounts in the store's currency, or with a currency: while they are empty it changes without confirmation.
tables_with_amounts: Registry[type[Any]] = Registry()


def get_store() -> Store:
    """Return the store's settings; before an owner has saved any, the defaults under the configured name.

    They are read once per transaction.
    """
    at, seen = db.session.info.get(SEEN, (None, None))
    if at is None or at is not db.session().get_transaction():
        db.session.flush()  # a statement of columns does not
        row = db.session.execute(_STORE).first()
        values = row._mapping if row else {"id": STORE_ID, "name": current_app.config["STORE_NAME"], **DEFAULTS}
        seen = Store(**values)
        db.session.info[SEEN] = (db.session().get_transaction(), seen)
    found: Store = seen
    return found


def reload_store() -> Store:
    """Return the current settings; get_store() returns them as this transaction first saw them."""
    db.session.info.pop(SEEN, None)
    return get_store()


def get_locked_store() -> Store:
    """Return the row itself, created if missing, and locked until this transaction ends."""
    query = select(Store).where(Store.id == STORE_ID).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(query)
    if row is None:
        insert_if_missing(Store, id=STORE_ID, name=current_app.config["STORE_NAME"], **DEFAULTS)
        row = db.session.scalars(query).one()
    db.session.info.pop(SEEN, None)
    return row


def has_amounts() -> bool:
    """Return whether a change of currency affects anything: there are prices, or orders."""
    return any(db.session.scalar(select(table.id).limit(1)) is not None for table in tables_with_amounts.values())


def change_settings(store: Store, values: dict[str, Any], *, actor: Actor) -> dict[str, list[Any]]:
    """Change the locked row, and call the other rooms' hooks.

    Returns the changes as field: [before, after]; the audit log has the same.
    """
    changes = {name: [getattr(store, name), new] for name, new in values.items() if getattr(store, name) != new}
    if changes:
        for name, (_, new) in changes.items():
            setattr(store, name, new)
        store.version += 1
        db.session.flush()
        allow_long_statements(db.session.connection())  # the hooks may change all orders, or all products
        for name, (before, after) in changes.items():
            for follower in change_hooks.values():
                if follower.setting == name:
                    follower.follow(before, after)
        record("settings_changed", actor=actor, changes=changes)
    return changes
