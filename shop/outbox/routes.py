"""The waiting list, for an owner."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from shop.lists import pages
from shop.outbox import finding
from shop.outbox.letters import OUTCOMES
from shop.people.guards import needs
from shop.people.models.role import Role

outbox = Blueprint("outbox", __name__)


@outbox.get("/outbox")
@needs(Role.OWNER)
def list_letters() -> ResponseReturnValue:
    """Show the newest letters of one outcome, and how many there are of each; 404 for one that there is not."""
    tab = request.args.get("outcome", "") or "waiting"
    if tab not in OUTCOMES:
        abort(404)
    page = finding.listed(tab, pages.parse_page_ref(request.args))
    return render_template("outbox/list_letters.html", tab=tab, counts=finding.counts(), page=page)
