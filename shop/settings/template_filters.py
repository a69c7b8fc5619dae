"""How pages of the store write money, times and numbers: in the store's currency, zone and locale."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, current_app, g
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from shop.extensions import db
from shop.settings import store


def init_app(app: Flask) -> None:
    """Give every template `store`, read when it is first used, store_name(), and the filters for money and time."""
    app.context_processor(lambda: {"store": LocalProxy(store.get_store), "store_name": store_name})
    app.add_template_filter(money)
    app.add_template_filter(local)
    app.add_template_filter(local_day)
    app.add_template_filter(day)
    app.add_template_filter(number)


def store_name() -> str:
    """Give the name that an owner saved; the configured one while the database is away: the door still opens.

    A page has the name in several places, and waits for a database that is silent only once.
    """
    if "is_nameless" not in g:
        try:
            return store.get_store().name
        except SQLAlchemyError:
            db.session.rollback()
            g.is_nameless = True
    return str(current_app.config["STORE_NAME"])


def money(amount: int, currency: str = "") -> str:
    """Write minor units of the store's currency, or of the one named."""
    return store.get_store().money(amount, currency)


def local(at: datetime) -> str:
    """Write an instant as the store's date and time."""
    here = store.get_store()
    return format_datetime(at, "d MMM y, HH:mm", tzinfo=here.zone, locale="en")


def local_day(at: datetime) -> str:
    """Write the store's day on which an instant falls."""
    return day(store.get_store().day_of(at))


def day(on: date) -> str:
    """Write a day."""
    return format_date(on, "d MMM y", locale="en")


def number(value: int) -> str:
    """Write a whole number with the locale's separators."""
    return format_decimal(value, locale=store.get_store().locale)
