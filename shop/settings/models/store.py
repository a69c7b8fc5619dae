"""Store: the settings that an owner edits, in a single row."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop import money
from shop.extensions import Model

STORE_ID = 1
GRAMS_PER_UNIT = {"g": 1, "kg": 1000, "oz": 28.349523125, "lb": 453.59237}  # in grams; international avoirdupois units


class Store(Model):
    """The shop's own settings. Tax is in basis points (1900 = 19%); weights are stored in grams."""

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
        """Return the store's time zone."""
        return ZoneInfo(self.time_zone)

    def money(self, amount: int, currency: str = "") -> str:
        """Return an amount in minor units as text, in the store's currency or the given one."""
        return money.format_money(amount, currency or self.currency, self.locale)

    def day_of(self, at: datetime) -> date:
        """Return the store's date at an instant."""
        return at.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Return the instant (UTC) at which a day begins in the store.

        If a clock change skips midnight, the day begins at the first instant with its date; if midnight occurs twice,
        at the first.
        """
        start = datetime.combine(day, time(), self.zone).astimezone(UTC)
        while start.astimezone(self.zone).date() < day:
            start += timedelta(minutes=15)
        return start


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
