"""The page of one variant's stock, and the link back to the list."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.catalogue.models.product import Variant
from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.stock import movement_queries
from shop.stock.forms import AdjustmentForm, CountForm, ThresholdForm
from shop.stock.labels import REASON_LABELS

UNDER_LIST = ("stock", "stock.history", "stock.adjustments", "stock.threshold", "stock.check", "stock.bulk")
LIST_URL = ListUrl("stock.list_stock", ("q", "state", "sort", "as", *pages.PAGE_ARGS), UNDER_LIST)


def variant_page(
    variant: Variant,
    *,
    adjusting: AdjustmentForm | None = None,
    counting: CountForm | None = None,
    threshold: ThresholdForm | None = None,
    conflicts: Any = (),
) -> str:
    """Show one variant; a form that is given keeps what was entered."""
    page = movement_queries.list_variant_movements(variant.id, pages.parse_page_ref(request.args))
    if threshold is None:
        threshold = ThresholdForm(formdata=None, prefix="", low_stock=variant.low_stock)
        threshold.start(variant.version, {"low_stock": variant.low_stock})
    return render_template(
        "stock/detail.html",
        variant=variant,
        adjusting=adjusting or AdjustmentForm(formdata=None),
        counting=counting or CountForm(formdata=None, seen=variant.on_hand),
        threshold=threshold,
        conflicts=conflicts,
        page=page,
        orders=movement_queries.load_order_numbers(page.rows),
        list_url=LIST_URL.url(LIST_URL.back()),
        reason_labels=REASON_LABELS,
    )


def redirect_to_variant(variant_id: int) -> ResponseReturnValue:
    """Redirect to a variant after a change; its page links back to the same list."""
    return redirect(url_for("stock.show_variant", variant_id=variant_id), 303)
