"""The first page behind the door: what waits, what came in, what was done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from babel.numbers import format_compact_currency
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import clock, money
from shop.dashboard import activity, chart, checklist, figures, periods, waiting
from shop.dashboard.figures import Report, Sums
from shop.extensions import db
from shop.outbox import queries
from shop.outbox.queries import is_mail_delayed
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.settings import store
from shop.settings.models.store import Store
from shop.web.request_info import get_request_info

dashboard = Blueprint("dashboard", __name__)


@dataclass(frozen=True)
class Figure:
    """One of the three figures: its name in addresses and words, and how it is read off the sums."""

    key: str
    words: str
    of: Callable[[Sums], int]
    is_money: bool
    definition: str


FIGURES = [
    Figure(
        "sales",
        "Sales",
        lambda sums: sums.sales,
        True,
        "Orders placed in these days (after discounts, with shipping and tax), less what was returned or refunded in "
        "these days. Cancelled orders are left out.",
    ),
    Figure(
        "orders",
        "Orders",
        lambda sums: sums.orders,
        False,
        "Orders placed, paid or not. Cancelled ones are left out.",
    ),
    Figure(
        "average",
        "Average order",
        lambda sums: sums.average,
        True,
        "What the orders placed came to, before returns, divided by their number.",
    ),
]


@dashboard.get("/")
@any_role
def home() -> ResponseReturnValue:
    """Show what waits to be done, and the figures of the period in the address; an owner also sees how mail does."""
    shop = store.get_store()
    period, complaint = chosen(shop.day_of(clock.now()))
    report = figures.report(period, shop)
    shown = next((one for one in FIGURES if one.key == request.args.get("show")), FIGURES[0])
    is_owner, may_change = current_user.role is Role.OWNER, current_user.role is not Role.VIEWER
    return render_template(
        "dashboard/home.html",
        to_do=waiting.to_do(),
        start=checklist.look(shop) if may_change else None,
        periods=periods.NAMED,
        complaint=complaint,
        report=report,
        figures=FIGURES,
        shown=shown,
        chart=chart.draw([shown.of(sums) for _, sums in report.parts]),
        write=lambda value: written(value, shown, shop),
        write_short=lambda value: written_short(value, shown, shop),
        change=change,
        top=figures.top_products(period, shop),
        most_orders=figures.MOST_ORDERS,
        orders=waiting.newest_orders(),
        activity=activity.newest(shop),
        mail=queries.count_emails() if is_owner else None,
        is_delayed=is_owner and is_mail_delayed(),
    )


@dashboard.post("/checklist/dismissal")
@needs(Role.OWNER, Role.STAFF)
def dismiss_checklist() -> ResponseReturnValue:
    """Send the first day's checklist away."""
    checklist.dismiss(by=current_user.address, visit=get_request_info())
    db.session.commit()
    flash("Checklist hidden.")
    return redirect(url_for("dashboard.home"), 303)


def chosen(today: date) -> tuple[periods.Period, str]:
    """Read the period from the address; the usual one, and a sentence, where it cannot be read."""
    try:
        return periods.read(request.args, today), ""
    except periods.NoPeriod as refusal:
        return periods.named(periods.USUAL, today), str(refusal)


def change(report: Report, figure: Figure) -> tuple[str, str]:
    """Say how a figure changed against the period before: `up`, `down`, `same` or `none`, and in words."""
    now, before = figure.of(report.now), figure.of(report.before)
    if now == before:
        return "same", "as before"
    if before <= 0:
        return "none", "nothing to compare with" if before == 0 else "before: below zero"
    percent = money.prorate(100 * abs(now - before), 1, before)
    return ("up", f"{percent:,} % more") if now > before else ("down", f"{percent:,} % less")


def written(value: int, figure: Figure, shop: Store) -> str:
    """Write a value of a figure in full."""
    return shop.money(value) if figure.is_money else f"{value:,}"


def written_short(value: int, figure: Figure, shop: Store) -> str:
    """Write a round value of a figure as the scale of a chart does."""
    if not figure.is_money:
        return f"{value:,}"
    whole = 10 ** money.decimal_places(shop.currency)
    if value % whole:
        return shop.money(value)
    digits = 1 if abs(value) >= 1000 * whole else 0
    return str(format_compact_currency(value // whole, shop.currency, locale=shop.locale, fraction_digits=digits))
