"""The waiting list, for an owner."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from shop.outbox import letters
from shop.people.access import needs
from shop.people.allowlist import Role

outbox = Blueprint("outbox", __name__)
TABS = ("waiting", "failed", "withheld", "delivered", "withdrawn")


@outbox.get("/outbox")
@needs(Role.OWNER)
def list_letters() -> ResponseReturnValue:
    """Show the newest letters of one outcome, and how many there are of each."""
    tab = request.args.get("outcome", "")
    tab = tab if tab in TABS else "waiting"
    return render_template(
        "outbox/list_letters.html", tab=tab, tabs=TABS, counts=letters.counts(), letters=letters.listed(tab)
    )
