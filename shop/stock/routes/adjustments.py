"""Adjust the stock of one variant, or set it to a count."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.idempotency import ALREADY_DONE
from shop.people.guards import staff_only
from shop.stock import ledger, queries
from shop.stock.forms import AdjustmentForm, CountForm
from shop.stock.ledger import Cause, KeyUsed, StaleCount, StockOutOfRange
from shop.stock.models.movement import Reason
from shop.stock.responses import redirect_to_variant, variant_page
from shop.web.request_info import get_request_info

blueprint = Blueprint("adjustments", __name__)


@blueprint.post("/stock/<id:variant_id>/adjustments")
@staff_only
def adjust_variant(variant_id: int) -> ResponseReturnValue:
    """Add units to what is on hand, or remove some."""
    form = AdjustmentForm()
    variant = queries.find_locked_variant(variant_id) or abort(404)
    if not form.validate():
        return variant_page(variant, adjusting=form), 422
    cause = Cause(by=current_user.address, key=form.key.data or "", note=form.note.data)
    return finish_movement(
        lambda: ledger.adjust_on_hand(
            variant_id, form.delta.data, Reason(form.reason.data), cause, visit=get_request_info()
        ),
        lambda refusal: refused_page(variant_id, refusal, adjusting=form),
        variant,
    )


@blueprint.post("/stock/<id:variant_id>/counts")
@staff_only
def count_variant(variant_id: int) -> ResponseReturnValue:
    """Set what is on hand to what was counted, unless stock moved while counting."""
    form = CountForm()
    variant = queries.find_locked_variant(variant_id) or abort(404)
    if not form.validate():
        return variant_page(variant, counting=form), 422
    cause = Cause(by=current_user.address, key=form.key.data or "", note=form.note.data)
    return finish_movement(
        lambda: ledger.set_on_hand(
            variant_id, form.counted.data, int(form.seen.data or 0), cause, visit=get_request_info()
        ),
        lambda refusal: refused_page(variant_id, refusal, counting=form),
        variant,
    )


def finish_movement(
    change: Callable[[], bool], refused: Callable[[Exception], ResponseReturnValue], variant: Variant
) -> ResponseReturnValue:
    """Make a movement and say what is on hand; or show why it is refused, with nothing half done."""
    try:
        is_new = change()
    except (StockOutOfRange, StaleCount) as refusal:
        db.session.rollback()
        return refused(refusal)
    except KeyUsed:
        db.session.rollback()
        is_new = False
    db.session.commit()
    flash(_("Stock updated: %(count)s on hand.", count=f"{variant.on_hand:,}") if is_new else str(ALREADY_DONE))
    return redirect_to_variant(variant.id)


def refused_page(variant_id: int, refusal: Exception, **forms: Any) -> ResponseReturnValue:
    """Show the page again with what was entered, and the reason why nothing was changed."""
    variant = queries.find_variant(variant_id) or abort(404)
    [form] = forms.values()
    if isinstance(refusal, StaleCount):
        form.counted.errors = [form.seen.correct(refusal.on_hand, form.counted)]
        return variant_page(variant, **forms), 409
    form.delta.errors = [str(refusal)]
    return variant_page(variant, **forms), 422
