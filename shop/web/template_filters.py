"""The template filters that need nothing of the store."""

from datetime import datetime

from flask_babel import format_datetime


def moment(at: datetime) -> str:
    """Write a time for people, in UTC and saying so."""
    return f"{format_datetime(at, 'd MMMM y, HH:mm')} UTC"
