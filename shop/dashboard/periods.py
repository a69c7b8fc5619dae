"""Periods: the days that a report covers, and how a chart divides them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.formats import format_day

ONE_DAY = timedelta(days=1)
PERIOD_NAMES = {
    "today": _l("Today"),
    "7-days": _l("7 days"),
    "30-days": _l("30 days"),
    "90-days": _l("90 days"),
    "this-month": _l("This month"),
    "last-month": _l("Last month"),
    "12-months": _l("12 months"),
}
DEFAULT_PERIOD = "30-days"
CUSTOM_PERIOD = "own"
MAX_DAYS = 3660  # ten years: 120 months still have room in a chart
BY_DAY, BY_WEEK = 92, 280  # days up to which a chart has a bar per day, and per week
YEARS = range(1900, 9000)  # accepted years: their neighbors must still be dates


class PeriodUnit(StrEnum):
    """What one bar of a chart stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class InvalidPeriod(ValueError):
    """The input is not a range of days; the message is for the person who typed it."""


@dataclass(frozen=True)
class DateRange:
    """Consecutive days of the store, both ends included."""

    first: date
    last: date
    unit: PeriodUnit = PeriodUnit.DAY

    @property
    def after(self) -> date:
        """Return the first day after it."""
        return self.last + ONE_DAY

    @property
    def words(self) -> str:
        """Return it in full, as a table shows it."""
        if self.unit is PeriodUnit.MONTH:
            return _written(self.first, "MMMM y")
        if self.first == self.last:
            return _written(self.first, "EEE d MMM y")
        is_one_year = self.first.year == self.last.year
        return f"{_written(self.first, 'd MMM' if is_one_year else 'd MMM y')} – {_written(self.last, 'd MMM y')}"

    @property
    def short(self) -> str:
        """Return it as short as an axis needs it."""
        return _written(self.first, "MMM" if self.unit is PeriodUnit.MONTH else "d MMM")


@dataclass(frozen=True)
class Period:
    """The selected period: one of NAMED, or OWN for two dates that were typed; both days are included."""

    key: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """The number of its days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length directly before it."""
        return Period(self.key, self.first - timedelta(days=self.days), self.first - ONE_DAY)

    @property
    def words(self) -> str:
        """Its days, as text."""
        return DateRange(self.first, self.last).words

    @property
    def unit(self) -> PeriodUnit:
        """The unit of its chart's bars."""
        if self.days <= BY_DAY:
            return PeriodUnit.DAY
        return PeriodUnit.WEEK if self.days <= BY_WEEK else PeriodUnit.MONTH

    def stretches(self, first_weekday: int = 0) -> list[DateRange]:
        """Split it into days, weeks or months; the first and last may be partial. Weekdays count from Monday as 0."""
        found = []
        start = self.first
        while start <= self.last:
            end = min(_end(start, self.unit, first_weekday), self.last)
            found.append(DateRange(start, end, self.unit))
            start = end + ONE_DAY
        return found


def parse_period(asked: Mapping[str, str], today: date) -> Period:
    """Return the period in a URL, by `period` or by the dates `from` and `to`; USUAL if there is none.

    A missing date is today. Raises InvalidPeriod for an unknown name, invalid dates, or more than MAX_DAYS.
    """
    if asked.get("from") or asked.get("to"):
        first, last = sorted((_day(asked.get("from"), today), _day(asked.get("to"), today)))
        if (last - first).days >= MAX_DAYS:
            raise InvalidPeriod(_("Choose a range shorter than ten years."))
        return Period(CUSTOM_PERIOD, first, last)
    if (key := asked.get("period") or DEFAULT_PERIOD) not in PERIOD_NAMES:
        raise InvalidPeriod(_("Choose one of the periods, or enter a custom range."))
    return get_named_period(key, today)


def get_named_period(key: str, today: date) -> Period:
    """Return one of NAMED relative to a day; USUAL for an unknown one."""
    month = today.replace(day=1)
    if key == "last-month":
        return Period(key, (month - ONE_DAY).replace(day=1), month - ONE_DAY)
    firsts = {
        "today": today,
        "7-days": today - 6 * ONE_DAY,
        "90-days": today - 89 * ONE_DAY,
        "this-month": month,
        "12-months": _months_before(month, 11),
    }
    return Period(key, firsts[key], today) if key in firsts else Period(DEFAULT_PERIOD, today - 29 * ONE_DAY, today)


def _months_before(month: date, number: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 - number, 12)
    return date(year, index + 1, 1)


def _end(start: date, unit: PeriodUnit, first_weekday: int) -> date:
    if unit is PeriodUnit.DAY:
        return start
    if unit is PeriodUnit.WEEK:
        return start + timedelta(days=6 - (start.weekday() - first_weekday) % 7)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def _day(text: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise InvalidPeriod(_("Enter a date such as 2026-03-29.")) from None
    if day.year not in YEARS:
        raise InvalidPeriod(_("Enter a date such as 2026-03-29."))
    return day


def _written(day: date, pattern: str) -> str:
    return format_day(day, pattern)
