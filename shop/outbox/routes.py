"""The list of emails, for an owner."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from shop.lists import pages
from shop.outbox import email_text, queries
from shop.outbox.models.email import OUTCOMES
from shop.people.guards import needs
from shop.people.models.role import Role

outbox = Blueprint("outbox", __name__)


@outbox.get("/outbox")
@needs(Role.OWNER)
def list_emails() -> ResponseReturnValue:
    """Show the newest emails of one outcome, and the number of each; 404 for an unknown one."""
    tab = request.args.get("outcome", "") or "waiting"
    if tab not in OUTCOMES:
        abort(404)
    page = queries.list_emails(tab, pages.parse_page_ref(request.args))
    return render_template(
        "outbox/list.html", tab=tab, counts=queries.count_emails(), page=page, outcomes=email_text.OUTCOMES
    )
