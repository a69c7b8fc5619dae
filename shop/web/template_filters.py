"""Template filters and tests that do not depend on the store's settings."""

from datetime import datetime

from flask_babel import format_datetime
from flask_babel.speaklater import LazyString


def utc(at: datetime) -> str:
    """Return a time in short, as pages show it, marked as UTC."""
    return f"{format_datetime(at, 'd MMM y, HH:mm')} UTC"


def moment(at: datetime) -> str:
    """Return a time for people, marked as UTC."""
    return f"{format_datetime(at, 'd MMMM y, HH:mm')} UTC"


def is_sentence(value: object) -> bool:
    """Return whether a value is a text, translated or lazily so; a form's errors may contain others."""
    return isinstance(value, (str, LazyString))
