"""The history of stock: every movement that matches."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.lists import pages
from shop.people.guards import any_role
from shop.stock import filters, movement_queries
from shop.stock.models.movement import Reason

blueprint = Blueprint("history", __name__)


@blueprint.get("/stock/history")
@any_role
def list_movements() -> ResponseReturnValue:
    """Show every change of stock that fits, newest first."""
    asked = filters.parse_movement_filters(request.args)
    page = movement_queries.list_movements(asked, pages.parse_page_ref(request.args))
    return render_template(
        "stock/history/list.html",
        asked=asked,
        page=page,
        variants=movement_queries.load_variants_of(page.rows),
        orders=movement_queries.load_order_numbers(page.rows),
        reasons=[(one, one.capitalize()) for one in Reason],
        people=movement_queries.list_people(),
        filters=filter_badges(asked),
    )


def filter_badges(asked: filters.MovementFilters) -> list[tuple[str, str]]:
    """Return what the history is narrowed by, each with the address without it."""
    words = {"q": "Search", "by": "Who", "reason": "Why", "since": "From", "until": "To"}
    chosen = {name: str(one) for name in words if (one := getattr(asked, name))}
    here = url_for("stock.history.list_movements")
    return [
        (f"{words[name]}: {one}", f"{here}?{urlencode({k: v for k, v in chosen.items() if k != name})}".rstrip("?"))
        for name, one in chosen.items()
    ]
