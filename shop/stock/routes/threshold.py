"""The low-stock alert of one variant."""

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.edit_conflicts import show_conflicts
from shop.extensions import db
from shop.people.guards import staff_only
from shop.stock import queries, thresholds
from shop.stock.forms import ThresholdForm
from shop.stock.responses import redirect_to_variant, variant_page
from shop.web.actor import get_actor

blueprint = Blueprint("threshold", __name__)


@blueprint.post("/stock/<id:variant_id>/threshold")
@staff_only
def set_threshold(variant_id: int) -> ResponseReturnValue:
    """Set the number at which a variant counts as low."""
    form = ThresholdForm()
    variant = queries.find_locked_variant(variant_id) or abort(404)
    if not form.validate():
        return variant_page(variant, threshold=form), 422
    merge = form.settle(variant.version, {"low_stock": variant.low_stock}, request.form)
    if merge.conflicts:
        return show_conflicts(
            lambda: variant_page(
                queries.find_variant(variant_id) or abort(404), threshold=form, conflicts=merge.conflicts
            )
        )
    if merge.values["low_stock"] != variant.low_stock:
        thresholds.set_own_threshold(variant, merge.values["low_stock"], actor=get_actor())
    db.session.commit()
    flash(form.told(_("Low-stock alert saved.")))
    return redirect_to_variant(variant_id)
