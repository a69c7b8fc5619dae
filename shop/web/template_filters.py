"""The template filters and tests that need nothing of the store."""

from datetime import datetime

from flask_babel import format_datetime
from flask_babel.speaklater import LazyString


def moment(at: datetime) -> str:
    """Write a time for people, in UTC and saying so."""
    return f"{format_datetime(at, 'd MMMM y, HH:mm')} UTC"


def is_sentence(value: object) -> bool:
    """Say whether a value is a text, translated already or when it is shown; a form's errors may hold others."""
    return isinstance(value, (str, LazyString))
