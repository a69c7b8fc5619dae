"""Store: the one row of what an owner sets about the shop, and what follows from it for money and days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import JSON, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import money
from shop.audit.entries import record
from shop.database import take_time
from shop.extensions import db, insert_once
from shop.registry import Registry
from shop.visit import Visit

ONLY = 1
SEEN = "store"
WEIGHTS = {"g": 1, "kg": 1000, "oz": 28.349523125, "lb": 453.59237}  # grams; the international avoirdupois units


class Store(db.Model):  # type: ignore[name-defined]
    """The shop's own settings. Tax is in basis points (1900 = 19 %); weights are kept in grams."""

    __tablename__ = "store"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    postal_address: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(20))
    weight_unit: Mapped[str] = mapped_column(String(2))
    order_prefix: Mapped[str] = mapped_column(String(10))
    low_stock: Mapped[int]
    prices_include_tax: Mapped[bool]
    tax_rate: Mapped[int]
    shortcuts: Mapped[bool]
    paper: Mapped[str] = mapped_column(String(6))
    last_order_number: Mapped[int]
    checklist: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_demo: Mapped[bool]
    version: Mapped[int]

    @property
    def zone(self) -> ZoneInfo:
        """Give the store's time zone."""
        return ZoneInfo(self.time_zone)

    def money(self, amount: int, currency: str = "") -> str:
        """Write minor units for people, in the store's currency or the one named."""
        return money.write(amount, currency or self.currency, self.locale)

    def day_of(self, at: datetime) -> date:
        """Give the day in the store on which an instant falls."""
        return at.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Give the instant, in UTC, at which a day begins in the store.

        A day whose midnight the clocks skip begins at the first instant that has its date; one whose midnight comes
        twice begins at the first.
        """
        start = datetime.combine(day, time(), self.zone).astimezone(UTC)
        while start.astimezone(self.zone).date() < day:
            start += timedelta(minutes=15)
        return start


@dataclass(frozen=True)
class Follower:
    """What another room does when an owner changes a setting: it is told what it was and what it is now."""

    setting: str
    follow: Callable[[Any, Any], None]


followers: Registry[Follower] = Registry()
# The tables with amounts in the store's currency, or that keep one: while they are empty it may change unasked.
with_amounts: Registry[type[Any]] = Registry()

DEFAULTS: dict[str, Any] = {
    "postal_address": "",
    "currency": "EUR",
    "time_zone": "UTC",
    "locale": "en",
    "weight_unit": "kg",
    "order_prefix": "#",
    "low_stock": 5,
    "prices_include_tax": True,
    "tax_rate": 0,
    "shortcuts": True,
    "paper": "A4",
    "last_order_number": 1000,
    "checklist": {},
    "is_demo": False,
    "version": 1,
}


def current() -> Store:
    """Give the store's settings; before an owner saved any, the defaults under the configured name.

    Once read in a transaction, it is not read again in it.
    """
    # The session holds what it read only as long as somebody else does, and never that a row is not there.
    at, seen = db.session.info.get(SEEN, (None, None))
    if at is None or at is not db.session().get_transaction():
        seen = db.session.get(Store, ONLY) or Store(id=ONLY, name=current_app.config["STORE_NAME"], **DEFAULTS)
        db.session.info[SEEN] = (db.session().get_transaction(), seen)
    found: Store = seen
    return found


def reread() -> Store:
    """Give the settings as they are now, where current() gives them as this transaction saw them first."""
    db.session.scalar(select(Store).where(Store.id == ONLY).execution_options(populate_existing=True))
    db.session.info.pop(SEEN, None)
    return current()


def locked() -> Store:
    """Give the row itself, made if it was not there, and held until this transaction ends."""
    query = select(Store).where(Store.id == ONLY).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(query)
    if row is None:
        insert_once(Store, id=ONLY, name=current_app.config["STORE_NAME"], **DEFAULTS)
        row = db.session.scalars(query).one()
    db.session.info.pop(SEEN, None)
    return row


def has_amounts() -> bool:
    """Say whether a change of currency would mean anything: there are prices, or orders."""
    return any(db.session.scalar(select(table.id).limit(1)) is not None for table in with_amounts.values())


def change(store: Store, values: dict[str, Any], *, by: str, visit: Visit) -> dict[str, list[Any]]:
    """Write values over the locked row, and have the other rooms follow.

    Gives what changed as field: [before, after]; the audit log has the same.
    """
    changes = {name: [getattr(store, name), new] for name, new in values.items() if getattr(store, name) != new}
    if changes:
        for name, (_, new) in changes.items():
            setattr(store, name, new)
        store.version += 1
        db.session.flush()
        take_time(db.session.connection())  # what follows may be all orders, or all products
        for name, (before, after) in changes.items():
            for follower in followers.values():
                if follower.setting == name:
                    follower.follow(before, after)
        record("settings_changed", by=by, visit=visit, changes=changes)
    return changes
