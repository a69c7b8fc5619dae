"""The history of stock: every movement that matches."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.lists.empty_state import EmptyState
from shop.people.guards import any_role
from shop.stock import movement_queries
from shop.stock.filters import MovementCriteria
from shop.stock.labels import REASON_LABELS

blueprint = Blueprint("history", __name__)

EMPTY = _l("Every stock change will appear here, with who made it and why.")
LIST_URL = ListUrl("stock.history.list_movements", MovementCriteria.names(), ())


@blueprint.get("/stock/history")
@any_role
def list_movements() -> ResponseReturnValue:
    """Show every stock change that matches, newest first."""
    criteria = MovementCriteria.from_args(request.args)
    page = movement_queries.list_movements(criteria, pages.parse_page_ref(request.args))
    return render_template(
        "stock/history/list.html",
        criteria=criteria,
        page=page,
        variants=movement_queries.load_variants_of(page.rows),
        orders=movement_queries.load_order_numbers(page.rows),
        reason_labels=REASON_LABELS,
        people=movement_queries.list_people(),
        nothing=EmptyState(_("No stock changes yet"), EMPTY, url_for("stock.list_stock"), _("Go to Stock")),
        filters=criteria.badges(lambda name: LIST_URL.url(criteria.args, **{name: ""})),
    )
