"""Report a sign-in that the person did not ask for."""

from typing import Any

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from shop.clients.queries import find_client_name
from shop.extensions import db
from shop.people.guards import open_to_all
from shop.sessions.cookies import clear_cookie, move_token_to_cookie, read_cookie
from shop.signin import not_me_reports
from shop.signin.forms import NotMeForm
from shop.signin.network_limits import attempts_per_visitor
from shop.web.request_info import get_request_info

blueprint = Blueprint("not_me", __name__)

REPORT_COOKIE = "report"


@blueprint.get("/sign-in/not-me/<token>")
@open_to_all
def open_report(token: str) -> ResponseReturnValue:
    """Move the token out of the URL; reports nothing."""
    return move_token_to_cookie(token, REPORT_COOKIE, url_for("signin.not_me.show_report"))


@blueprint.get("/sign-in/not-me")
@open_to_all
def show_report() -> ResponseReturnValue:
    """Explain what "this was not me" will do."""
    return render_report(not_me_reports.find_report(read_cookie(REPORT_COOKIE)))


@blueprint.post("/sign-in/not-me")
@attempts_per_visitor
@open_to_all
def create_report() -> ResponseReturnValue:
    """End what was reported, and pause sign-in for the address."""
    report = not_me_reports.find_report(read_cookie(REPORT_COOKIE))
    if report is None or report.is_over():
        return render_report(report)
    form = NotMeForm(report.address or "")
    if not form.validate():
        return render_report_form(report, form), 422
    report.carry_out(get_request_info())
    db.session.commit()
    response = make_response(render_template("signin/not_me/created.html", **describe_report(report)))
    clear_cookie(response, REPORT_COOKIE)
    return response


def render_report(report: not_me_reports.NotMeReport | None) -> ResponseReturnValue:
    """Show the button, or that there is nothing left to report."""
    if report is None:
        return render_template("signin/invalid_link.html"), 404
    if report.is_over():
        return render_template("signin/not_me/expired.html", **describe_report(report)), 410
    return render_report_form(report, NotMeForm(report.address or ""))


def render_report_form(report: not_me_reports.NotMeReport, form: NotMeForm) -> str:
    """Show the button, under the sender name of the email."""
    return render_template("signin/not_me/new.html", form=form, **describe_report(report))


def describe_report(report: not_me_reports.NotMeReport) -> dict[str, Any]:
    """Return a page's facts about a report: what it ends, and the client of the sign-in."""
    return {"what": report.what, "client_name": find_client_name(report.client_id)}
