"""Compare the cached stock with the ledger, and recalculate it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from shop.extensions import db
from shop.people.guards import staff_only
from shop.stock import reconciliation
from shop.transactions import snapshot
from shop.web.actor import get_actor

blueprint = Blueprint("check", __name__)


@blueprint.post("/stock/check")
@staff_only
def check_stock() -> ResponseReturnValue:
    """Compare every stock number with the rows it is computed from, and show the differences; changes nothing."""
    with snapshot():
        differences = reconciliation.list_differences()
    return render_template("stock/check/differences.html", differences=differences)


@blueprint.post("/stock/mend")
@staff_only
def recalculate_stock() -> ResponseReturnValue:
    """Recalculate every stock number from its rows."""
    mended = reconciliation.recalculate_stock(actor=get_actor())
    db.session.commit()
    flash(
        ngettext(
            "%(count)s value recalculated.", "%(count)s values recalculated.", len(mended), count=f"{len(mended):,}"
        )
    )
    return redirect(url_for("stock.list_stock"), 303)
