"""Template filters and tests that do not depend on the store's settings."""

from datetime import datetime

from flask_babel.speaklater import LazyString

from shop.formats import format_utc


def moment(at: datetime) -> str:
    """Return a time for people, marked as UTC."""
    return format_utc(at, "d MMMM y, HH:mm")


def is_sentence(value: object) -> bool:
    """Return whether a value is a text, translated or lazily so; a form's errors may contain others."""
    return isinstance(value, (str, LazyString))
