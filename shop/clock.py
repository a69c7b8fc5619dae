"""The clock: the only code that reads the time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Dialect, func, select
from sqlalchemy.types import TypeDecorator

from shop.extensions import db

_shift = timedelta()


def now() -> datetime:
    """Return the database's time, aware and in UTC.

    With several machines the database is the one clock that all of them share. A machine whose own clock is wrong must
    neither revive a dead link nor refuse a fresh one. SQLite has no clock but its machine's.
    """
    at: datetime
    if db.engine.dialect.name == "postgresql":
        at = db.session.execute(select(func.clock_timestamp())).scalar_one().astimezone(UTC)
    else:
        at = machine_now()
    return at + _shift


def machine_now() -> datetime:
    """Return this machine's own time, aware and in UTC."""
    return datetime.now(UTC)


def set_offset(by: timedelta) -> None:
    """Set the offset of now() from the real time; for tests only."""
    global _shift
    _shift = by


class UtcDateTime(TypeDecorator[datetime]):
    """A column that holds an aware UTC datetime, on SQLite as well, which would lose the time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
