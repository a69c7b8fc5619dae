"""The three metrics of the home page: their definitions, changes and values as text."""

from collections.abc import Callable
from dataclasses import dataclass

from babel.numbers import format_compact_currency
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shop import money
from shop.dashboard.periods import PeriodUnit
from shop.dashboard.sales_report import SalesReport, SalesTotals
from shop.settings.models.store import Store


@dataclass(frozen=True)
class Metric:
    """One of the three metrics: its name in URLs and on pages, and how it is computed from the totals."""

    key: str
    words: LazyString
    of: Callable[[SalesTotals], int]
    is_money: bool
    definition: LazyString


METRICS = [
    Metric(
        "sales",
        _l("Sales"),
        lambda sums: sums.sales,
        True,
        _l(
            "Orders created in this period, after discounts and including shipping and tax, minus returns. "
            "Excludes canceled orders."
        ),
    ),
    Metric(
        "orders",
        _l("Orders"),
        lambda sums: sums.orders,
        False,
        _l("Orders created, paid or unpaid. Excludes canceled orders."),
    ),
    Metric(
        "average",
        _l("Average order value"),
        lambda sums: sums.average,
        True,
        _l("Order value before returns, divided by the number of orders."),
    ),
]
TITLES = {
    PeriodUnit.DAY: _l("%(figure)s by day"),
    PeriodUnit.WEEK: _l("%(figure)s by week"),
    PeriodUnit.MONTH: _l("%(figure)s by month"),
}


def chart_title(figure: Metric, unit: PeriodUnit) -> str:
    """Return the title of a metric's chart."""
    return str(TITLES[unit]) % {"figure": figure.words}


def describe_change(report: SalesReport, figure: Metric, shop: Store) -> tuple[str, str]:
    """Return a metric's change since the previous period: `up`, `down`, `same` or `none`, and as text."""
    now, before = figure.of(report.now), figure.of(report.before)
    if now == before:
        return "same", _("No change")
    if before <= 0:
        return "none", _("No sales in the previous period") if before == 0 else _("Previous period was negative")
    percent = f"{money.prorate(100 * abs(now - before), 1, before):,}"
    was = format_value(before, figure, shop)
    if now > before:
        return "up", _("Up %(percent)s%% from %(before)s", percent=percent, before=was)
    return "down", _("Down %(percent)s%% from %(before)s", percent=percent, before=was)


def format_value(value: int, figure: Metric, shop: Store) -> str:
    """Return a metric's value in full."""
    return shop.money(value) if figure.is_money else f"{value:,}"


def format_short_value(value: int, figure: Metric, shop: Store) -> str:
    """Return a round value of a metric as it is written on a chart's scale."""
    if not figure.is_money:
        return f"{value:,}"
    whole = 10 ** money.decimal_places(shop.currency)
    if value % whole:
        return shop.money(value)
    digits = 1 if abs(value) >= 1000 * whole else 0
    return str(format_compact_currency(value // whole, shop.currency, locale=shop.locale, fraction_digits=digits))
