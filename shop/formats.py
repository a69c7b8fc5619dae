"""Dates, times and numbers as text. Results are kept: Babel takes 30 to 100 µs for each, and a list shows hundreds.

Pages speak English so far, whatever locale the store writes its numbers in.
"""

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

LANGUAGE = "en"
MOST_KEPT = 8192  # texts of each kind: some 2 MB in all


@lru_cache(MOST_KEPT)
def format_day(on: date, pattern: str = "d MMM y") -> str:
    """Return a date as text, by a pattern of CLDR."""
    return str(format_date(on, pattern, locale=LANGUAGE))


@lru_cache(MOST_KEPT)
def format_time(at: datetime, zone: tzinfo, pattern: str = "d MMM y, HH:mm") -> str:
    """Return an instant as date and time in a time zone, by a pattern of CLDR."""
    return str(format_datetime(at, pattern, tzinfo=zone, locale=LANGUAGE))


def format_utc(at: datetime, pattern: str = "d MMM y, HH:mm") -> str:
    """Return an instant in UTC, and say so."""
    return f"{format_time(at, UTC, pattern)} UTC"


@lru_cache(MOST_KEPT)
def format_number(value: int, locale: str) -> str:
    """Return a whole number with a locale's separators."""
    return str(format_decimal(value, locale=locale))
