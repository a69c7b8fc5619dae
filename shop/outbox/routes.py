"""The waiting list, for an owner."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from shop import places
from shop.outbox import finding
from shop.outbox.letters import OUTCOMES
from shop.people.access import needs
from shop.people.allowlist import Role

outbox = Blueprint("outbox", __name__)


@outbox.get("/outbox")
@needs(Role.OWNER)
def list_letters() -> ResponseReturnValue:
    """Show the newest letters of one outcome, and how many there are of each."""
    tab = request.args.get("outcome", "")
    tab = tab if tab in OUTCOMES else "waiting"
    page = finding.listed(tab, places.place(request.args))
    return render_template("outbox/list_letters.html", tab=tab, counts=finding.counts(), page=page)
