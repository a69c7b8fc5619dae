"""The stock list, and the stock of one variant."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import current_user

from shop.lists import pages
from shop.lists.empty_state import EmptyState
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.people.guards import any_role
from shop.people.models.role import Role
from shop.stock import queries
from shop.stock.filters import StockCriteria
from shop.stock.forms import BulkAdjustmentForm, BulkCountForm, make_bulk_form
from shop.stock.responses import LIST_URL, variant_page

blueprint = Blueprint("stock", __name__)

# How numbers are entered beside the variants of the list.
INPUT_MODES: dict[str, tuple[LazyString, type[BulkAdjustmentForm | BulkCountForm]]] = {
    "": (_l("Adjust by"), BulkAdjustmentForm),
    "count": (_l("Set quantity"), BulkCountForm),
}
VIEWS = (("", _l("All")), ("low", _l("Low stock")), ("out", _l("Out of stock")), ("in", _l("In stock")))
EMPTY_STATES = {
    "in": _l("Nothing is in stock."),
    "low": _l("No active product is low on stock."),
    "out": _l("No active product is out of stock."),
}
blueprint.url_defaults(LIST_URL.carry)


@blueprint.get("/stock")
@any_role
def list_stock() -> ResponseReturnValue:
    """Show the stock of every variant; search, state, sort order and page are in the URL."""
    criteria = StockCriteria.from_args(request.args)
    page, counts = queries.list_variants(criteria, pages.parse_page_ref(request.args))
    clear = LIST_URL.url(request.args, **FIRST_PAGE_ARGS, q="", state=criteria.state)
    way = "count" if request.args.get("as") == "count" else ""
    return render_template(
        "stock/list.html",
        criteria=criteria,
        page=page,
        form=make_bulk_form(INPUT_MODES[way][1], page.rows),
        ways=[
            (words, LIST_URL.url(request.args, **{"as": one}), one == way) for one, (words, _) in INPUT_MODES.items()
        ],
        views=[
            (
                words,
                LIST_URL.url(request.args, **FIRST_PAGE_ARGS, state=state),
                criteria.state == state,
                counts.get(state),
            )
            for state, words in VIEWS
        ],
        filters=criteria.badges(lambda _name: clear),
        clear=clear,
        nothing=empty_state(criteria.state),
        back=LIST_URL.query(request.args),
    )


def empty_state(state: str) -> EmptyState:
    """Return what the list says while it has no variants, or none of a state."""
    if state:
        return EmptyState(_("Nothing here"), EMPTY_STATES[state], url_for("stock.list_stock"), _("Show all stock"))
    if current_user.role == Role.VIEWER:
        sentence = _("Only owners and staff can add products. You have view-only access.")
        return EmptyState(_("No stock yet"), sentence)
    sentence = _("Stock levels will appear here once you add a product.")
    return EmptyState(_("No stock yet"), sentence, url_for("catalogue.new_product"), _("Add product"))


@blueprint.get("/stock/<id:variant_id>")
@any_role
def show_variant(variant_id: int) -> ResponseReturnValue:
    """Show one variant: its stock, its history, and the forms to change it."""
    return variant_page(queries.find_variant(variant_id) or abort(404))
