"""Home: what is to do, recent activity, and the sales report."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop import clock
from shop.dashboard import activity, chart, checklist, periods, sales_report, todo_counts
from shop.dashboard.metrics import METRICS, chart_title, describe_change, format_short_value, format_value
from shop.extensions import db
from shop.outbox import queries
from shop.outbox.queries import is_mail_delayed
from shop.people.guards import any_role, staff_only
from shop.people.models.role import Role
from shop.settings import store
from shop.web.actor import get_actor

dashboard = Blueprint("dashboard", __name__)


@dashboard.get("/")
@any_role
def show_home() -> ResponseReturnValue:
    """Show what needs attention, and the metrics of the period in the URL.

    Owners also see the state of email delivery.
    """
    shop = store.get_store()
    period, complaint = requested_period(shop.day_of(clock.now()))
    report = sales_report.load_report(period, shop)
    shown = next((one for one in METRICS if one.key == request.args.get("show")), METRICS[0])
    is_owner, may_change = current_user.role is Role.OWNER, current_user.role is not Role.VIEWER
    return render_template(
        "dashboard/home.html",
        to_do=todo_counts.load_counts(),
        start=checklist.load_checklist(shop) if may_change else None,
        periods=periods.PERIOD_NAMES,
        complaint=complaint,
        report=report,
        figures=METRICS,
        shown=shown,
        chart=chart.draw([shown.of(sums) for _, sums in report.parts]),
        write=lambda value: format_value(value, shown, shop),
        write_short=lambda value: format_short_value(value, shown, shop),
        change=lambda report, figure: describe_change(report, figure, shop),
        chart_title=chart_title(shown, period.unit),
        top=sales_report.list_top_products(period, shop),
        most_orders=sales_report.MOST_ORDERS,
        orders=activity.list_newest_orders(),
        activity=activity.list_recent(shop),
        mail=queries.count_emails() if is_owner else None,
        is_delayed=is_owner and is_mail_delayed(),
    )


@dashboard.post("/checklist/dismissal")
@staff_only
def dismiss_checklist() -> ResponseReturnValue:
    """Dismiss the onboarding checklist."""
    checklist.dismiss(actor=get_actor())
    db.session.commit()
    flash(_("Checklist hidden."))
    return redirect(url_for("dashboard.show_home"), 303)


def requested_period(today: date) -> tuple[periods.Period, str]:
    """Read the period from the URL; if it is invalid, return the usual one and a sentence."""
    try:
        return periods.parse_period(request.args, today), ""
    except periods.InvalidPeriod as refusal:
        return periods.get_named_period(periods.DEFAULT_PERIOD, today), str(refusal)
