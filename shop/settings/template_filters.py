"""Template filters for money, times and numbers: in the store's currency, time zone and locale."""

from datetime import date, datetime

from flask import Flask, current_app, g
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from shop.extensions import db
from shop.formats import format_day, format_number, format_time
from shop.settings import store


def init_app(app: Flask) -> None:
    """Add to every template `store`, read at its first use, store_name(), and the filters for money and time."""
    app.context_processor(lambda: {"store": LocalProxy(store.get_store), "store_name": store_name})
    app.add_template_filter(money)
    app.add_template_filter(local)
    app.add_template_filter(local_in_text)
    app.add_template_filter(local_day)
    app.add_template_filter(day)
    app.add_template_filter(number)


def store_name() -> str:
    """Return the saved name of the store; the configured one while the database is away, so that sign-in still works.

    A page shows the name in several places, but waits only once for a silent database.
    """
    if "is_nameless" not in g:
        try:
            return store.get_store().name
        except SQLAlchemyError:
            db.session.rollback()
            g.is_nameless = True
    return str(current_app.config["STORE_NAME"])


def money(amount: int, currency: str = "") -> str:
    """Return minor units of the store's currency, or of the given one, as text."""
    return store.get_store().money(amount, currency)


def local(at: datetime) -> str:
    """Return an instant as the store's date and time."""
    return format_time(at, store.get_store().zone)


def local_in_text(at: datetime) -> str:
    """Return an instant as the store's date and time, to stand within a sentence."""
    time = format_time(at, store.get_store().zone, "HH:mm")
    return _("%(day)s at %(time)s", day=local_day(at), time=time)


def local_day(at: datetime) -> str:
    """Return the store's date at an instant."""
    return day(store.get_store().day_of(at))


def day(on: date) -> str:
    """Return a date as text."""
    return format_day(on)


def number(value: int) -> str:
    """Return a whole number with the locale's separators."""
    return format_number(value, store.get_store().locale)
