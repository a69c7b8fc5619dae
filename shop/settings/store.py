"""Store: the one row of what an owner sets about the shop, and what follows from it for money and days."""

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
from shop.web.request_info import RequestInfo

SEEN = "store"


@dataclass(frozen=True)
class ChangeHook:
    """What another room does when an owner changes a setting: it is told what it was and what it is now."""

    setting: str
    follow: Callable[[Any, Any], None]


change_hooks: Registry[ChangeHook] = Registry()
# The tables with amounts in the store's currency, or that keep one: while they are empty it may change unasked.
tables_with_amounts: Registry[type[Any]] = Registry()


def get_store() -> Store:
    """Give the store's settings; before an owner saved any, the defaults under the configured name.

    Once read in a transaction, it is not read again in it.
    """
    # The session holds what it read only as long as somebody else does, and never that a row is not there.
    at, seen = db.session.info.get(SEEN, (None, None))
    if at is None or at is not db.session().get_transaction():
        seen = db.session.get(Store, STORE_ID) or Store(id=STORE_ID, name=current_app.config["STORE_NAME"], **DEFAULTS)
        db.session.info[SEEN] = (db.session().get_transaction(), seen)
    found: Store = seen
    return found


def reload_store() -> Store:
    """Give the settings as they are now, where get_store() gives them as this transaction saw them first."""
    db.session.scalar(select(Store).where(Store.id == STORE_ID).execution_options(populate_existing=True))
    db.session.info.pop(SEEN, None)
    return get_store()


def get_locked_store() -> Store:
    """Give the row itself, made if it was not there, and held until this transaction ends."""
    query = select(Store).where(Store.id == STORE_ID).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(query)
    if row is None:
        insert_if_missing(Store, id=STORE_ID, name=current_app.config["STORE_NAME"], **DEFAULTS)
        row = db.session.scalars(query).one()
    db.session.info.pop(SEEN, None)
    return row


def has_amounts() -> bool:
    """Say whether a change of currency would mean anything: there are prices, or orders."""
    return any(db.session.scalar(select(table.id).limit(1)) is not None for table in tables_with_amounts.values())


def change_settings(store: Store, values: dict[str, Any], *, by: str, visit: RequestInfo) -> dict[str, list[Any]]:
    """Write values over the locked row, and have the other rooms follow.

    Gives what changed as field: [before, after]; the audit log has the same.
    """
    changes = {name: [getattr(store, name), new] for name, new in values.items() if getattr(store, name) != new}
    if changes:
        for name, (_, new) in changes.items():
            setattr(store, name, new)
        store.version += 1
        db.session.flush()
        allow_long_statements(db.session.connection())  # what follows may be all orders, or all products
        for name, (before, after) in changes.items():
            for follower in change_hooks.values():
                if follower.setting == name:
                    follower.follow(before, after)
        record("settings_changed", by=by, visit=visit, changes=changes)
    return changes
