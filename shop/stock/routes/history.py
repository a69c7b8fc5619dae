"""The history of stock: every movement that matches."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from shop.lists import pages
from shop.people.guards import any_role
from shop.stock import filters, movement_queries
from shop.stock.labels import REASON_LABELS
from shop.stock.models.movement import Reason

blueprint = Blueprint("history", __name__)

BADGES = {
    "q": _l("Search: %(value)s"),
    "by": _l("By: %(value)s"),
    "reason": _l("Reason: %(value)s"),
    "since": _l("From: %(value)s"),
    "until": _l("To: %(value)s"),
}


@blueprint.get("/stock/history")
@any_role
def list_movements() -> ResponseReturnValue:
    """Show every stock change that matches, newest first."""
    asked = filters.parse_movement_filters(request.args)
    page = movement_queries.list_movements(asked, pages.parse_page_ref(request.args))
    return render_template(
        "stock/history/list.html",
        asked=asked,
        page=page,
        variants=movement_queries.load_variants_of(page.rows),
        orders=movement_queries.load_order_numbers(page.rows),
        reason_labels=REASON_LABELS,
        people=movement_queries.list_people(),
        filters=filter_badges(asked),
    )


def filter_badges(asked: filters.MovementFilters) -> list[tuple[str, str]]:
    """Return each active filter, with the URL without it."""
    active = {name: str(one) for name in BADGES if (one := getattr(asked, name))}
    shown = active | ({"reason": str(REASON_LABELS[Reason(asked.reason)])} if asked.reason else {})
    here = url_for("stock.history.list_movements")
    return [
        (
            str(BADGES[name]) % {"value": shown[name]},
            f"{here}?{urlencode({k: v for k, v in active.items() if k != name})}".rstrip("?"),
        )
        for name in active
    ]
