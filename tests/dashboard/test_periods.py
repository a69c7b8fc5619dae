"""Periods: which days they cover, and how a chart splits them."""

from datetime import date
from itertools import pairwise

import pytest

from shop.dashboard import periods
from shop.dashboard.periods import PeriodUnit

pytestmark = pytest.mark.both_databases

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("today", date(2026, 3, 31), TODAY),
        ("7-days", date(2026, 3, 25), TODAY),
        ("30-days", date(2026, 3, 2), TODAY),
        ("90-days", date(2026, 1, 1), TODAY),
        ("this-month", date(2026, 3, 1), TODAY),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("12-months", date(2025, 4, 1), TODAY),
        ("nonsense", date(2026, 3, 2), TODAY),
    ],
)
def test_a_name_means_days(key, first, last):
    period = periods.get_named_period(key, TODAY)

    assert (period.first, period.last) == (first, last)
    assert period.before.days == period.days
    assert (period.first - period.before.last).days == 1


def test_twelve_months_of_december_begin_in_january():
    assert periods.get_named_period("12-months", date(2026, 12, 31)).first == date(2026, 1, 1)
    assert periods.get_named_period("last-month", date(2026, 1, 15)).first == date(2025, 12, 1)


def test_own_days_are_read_in_either_order_and_one_may_be_left_out():
    own = periods.parse_period({"from": "2026-02-10", "to": "2026-02-01"}, TODAY)
    assert (own.key, own.first, own.last) == ("own", date(2026, 2, 1), date(2026, 2, 10))
    assert periods.parse_period({"from": "2026-03-30"}, TODAY).days == 2


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "2026-W01-1x", "\0", "-1"])
def test_what_is_no_day_is_refused_in_words(text):
    with pytest.raises(periods.InvalidPeriod, match="Enter a date such as"):
        periods.parse_period({"from": text}, TODAY)


def test_more_than_ten_years_are_refused_in_words():
    with pytest.raises(periods.InvalidPeriod, match="ten years"):
        periods.parse_period({"from": "1990-01-01", "to": "2026-01-01"}, TODAY)


@pytest.mark.parametrize(
    ("first", "last", "unit", "number"),
    [
        ("2026-03-31", "2026-03-31", PeriodUnit.DAY, 1),
        ("2026-01-01", "2026-04-02", PeriodUnit.DAY, 92),
        ("2026-01-01", "2026-04-03", PeriodUnit.WEEK, 14),
        ("2025-04-01", "2026-03-31", PeriodUnit.MONTH, 12),
        ("2025-04-15", "2026-03-15", PeriodUnit.MONTH, 12),
    ],
)
def test_its_stretches_cover_it_without_gap_or_overlap(first, last, unit, number):
    period = periods.parse_period({"from": first, "to": last}, TODAY)
    parts = period.stretches()

    assert (period.unit, len(parts)) == (unit, number)
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    assert all(one.after == other.first for one, other in pairwise(parts))


def test_a_week_begins_as_the_locale_has_it():
    period = periods.parse_period({"from": "2026-01-01", "to": "2026-06-30"}, TODAY)
    assert {part.first.weekday() for part in period.stretches(0)[1:]} == {0}
    assert {part.first.weekday() for part in period.stretches(6)[1:]} == {6}
