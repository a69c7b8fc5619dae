"""The three metrics of the home page: what each is, its change, and its values as text."""

from collections.abc import Callable
from dataclasses import dataclass

from babel.numbers import format_compact_currency

from shop import money
from shop.dashboard.sales_report import SalesReport, SalesTotals
from shop.settings.models.store import Store


@dataclass(frozen=True)
class Metric:
    """One of the three figures: its name in addresses and words, and how it is read off the sums."""

    key: str
    words: str
    of: Callable[[SalesTotals], int]
    is_money: bool
    definition: str


METRICS = [
    Metric(
        "sales",
        "Sales",
        lambda sums: sums.sales,
        True,
        "Orders placed in these days (after discounts, with shipping and tax), less what was returned or refunded in "
        "these days. Cancelled orders are left out.",
    ),
    Metric(
        "orders",
        "Orders",
        lambda sums: sums.orders,
        False,
        "Orders placed, paid or not. Cancelled ones are left out.",
    ),
    Metric(
        "average",
        "Average order",
        lambda sums: sums.average,
        True,
        "What the orders placed came to, before returns, divided by their number.",
    ),
]


def describe_change(report: SalesReport, figure: Metric) -> tuple[str, str]:
    """Say how a figure changed against the period before: `up`, `down`, `same` or `none`, and in words."""
    now, before = figure.of(report.now), figure.of(report.before)
    if now == before:
        return "same", "as before"
    if before <= 0:
        return "none", "nothing to compare with" if before == 0 else "before: below zero"
    percent = money.prorate(100 * abs(now - before), 1, before)
    return ("up", f"{percent:,} % more") if now > before else ("down", f"{percent:,} % less")


def format_value(value: int, figure: Metric, shop: Store) -> str:
    """Write a value of a figure in full."""
    return shop.money(value) if figure.is_money else f"{value:,}"


def format_short_value(value: int, figure: Metric, shop: Store) -> str:
    """Write a round value of a figure as the scale of a chart does."""
    if not figure.is_money:
        return f"{value:,}"
    whole = 10 ** money.decimal_places(shop.currency)
    if value % whole:
        return shop.money(value)
    digits = 1 if abs(value) >= 1000 * whole else 0
    return str(format_compact_currency(value // whole, shop.currency, locale=shop.locale, fraction_digits=digits))
