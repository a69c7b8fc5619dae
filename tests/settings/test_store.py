"""The store's one row: read once, never partially there, and its days begin with the date."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest

from shop.extensions import db
from shop.settings import store, template_filters
from shop.settings.models.store import DEFAULTS, Store
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.sql_statements import record_statements

pytestmark = pytest.mark.both_databases

BY = {"actor": Actor("olga@shop.example", NO_REQUEST)}


def test_settings_are_read_once_in_a_transaction_saved_or_not(app):
    with record_statements() as asked, app.app_context():
        assert [store.get_store().name for _ in range(5)] == ["Corner Shop"] * 5
        assert sum("FROM store" in one for one in asked) == 1
        store.change_settings(store.get_locked_store(), {"name": "Saved"}, **BY)
        assert store.get_store().name == "Saved"
        db.session.rollback()
        assert store.get_store().name == "Corner Shop"
        store.change_settings(store.get_locked_store(), {"name": "Saved"}, **BY)
        db.session.commit()
        asked.clear()
        assert [store.get_store().name for _ in range(5)] == ["Saved"] * 5
        assert sum("FROM store" in one for one in asked) == 1


def test_the_configured_name_stands_until_another_is_saved(app):
    with app.app_context():
        store.change_settings(store.get_locked_store(), {"currency": "CHF"}, **BY)
        db.session.commit()
        assert (store.get_store().name, store.get_store().currency) == ("Corner Shop", "CHF")


def test_two_first_savers_make_one_row(app):
    both = Barrier(2)

    def save(name):
        with app.app_context():
            both.wait()
            store.change_settings(store.get_locked_store(), {name: "Letter" if name == "paper" else "S-"}, **BY)
            db.session.commit()

    threads = [Thread(target=save, args=(name,)) for name in ("paper", "order_prefix")]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with app.app_context():
        now = store.get_store()
        assert (now.paper, now.order_prefix, now.version) == ("Letter", "S-", 3)


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Berlin", [date(2026, 3, 29), date(2026, 10, 25)]),
        ("America/New_York", [date(2026, 3, 8), date(2026, 11, 1)]),
        ("Australia/Lord_Howe", [date(2026, 4, 5), date(2026, 10, 4)]),
        ("America/Santiago", [date(2026, 4, 5), date(2026, 9, 6)]),  # midnight is skipped, and occurs twice
        ("Africa/Cairo", [date(2026, 4, 24), date(2026, 10, 30)]),
        ("Asia/Beirut", [date(2026, 3, 29), date(2026, 10, 25)]),
        ("Pacific/Apia", [date(2011, 12, 29), date(2011, 12, 31)]),
        ("Asia/Kathmandu", [date(2026, 1, 1)]),
    ],
)
def test_a_day_begins_at_the_first_instant_that_has_its_date(zone, days):
    here = Store(**{**DEFAULTS, "time_zone": zone})
    for middle in days:
        for day in (middle + timedelta(days=n) for n in (-1, 0, 1)):
            start = here.start_of(day)
            assert start.tzinfo is UTC
            assert here.day_of(start) == day or (zone, day) == ("Pacific/Apia", date(2011, 12, 30))
            assert here.day_of(start - timedelta(microseconds=1)) < day


def test_a_day_that_never_was_is_empty():
    samoa = Store(**{**DEFAULTS, "time_zone": "Pacific/Apia"})
    assert samoa.start_of(date(2011, 12, 30)) == samoa.start_of(date(2011, 12, 31))


def test_times_and_amounts_are_written_in_the_stores_zone_currency_and_locale(app):
    with app.test_request_context():
        changed = {"time_zone": "Pacific/Auckland", "locale": "de", "currency": "CHF"}
        store.change_settings(store.get_locked_store(), changed, **BY)
        at = datetime(2026, 7, 28, 12, 30, tzinfo=UTC)
        assert template_filters.local(at) == "29 Jul 2026, 00:30"
        assert template_filters.local_in_text(at) == "29 Jul 2026 at 00:30"
        assert template_filters.local_day(at) == "29 Jul 2026"
        assert template_filters.number(1234567) == "1.234.567"
        assert template_filters.money(123450) == "1.234,50\xa0CHF"
        assert template_filters.money(123450, "JPY") == "123.450\xa0¥"
