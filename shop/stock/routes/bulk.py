"""Adjust or count many variants in the list with one click."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from shop import idempotency, ids
from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.people.guards import staff_only
from shop.stock import bulk_adjustments, queries
from shop.stock.bulk_adjustments import BulkAdjustmentRefused
from shop.stock.forms import BulkAdjustmentForm, BulkCountForm, make_bulk_form
from shop.stock.ledger import Cause, StaleCount
from shop.stock.models.movement import Reason
from shop.stock.responses import LIST_URL
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import get_request_info

blueprint = Blueprint("bulk", __name__)

MOST_ROWS = 200  # in one request; a page of the list has fewer
GONE = _l("A variant you entered a number for no longer exists. Check the others, then save.")


@blueprint.post("/stock/changes")
@staff_only
def adjust_variants() -> ResponseReturnValue:
    """Add units to what is on hand, or remove some, wherever a number was entered."""
    return save_form(make_bulk_form(BulkAdjustmentForm, load_posted_variants()))


@blueprint.post("/stock/counts")
@staff_only
def count_variants() -> ResponseReturnValue:
    """Set what is on hand to what was counted, wherever a number was entered, unless stock moved since."""
    return save_form(make_bulk_form(BulkCountForm, load_posted_variants()))


def save_form(form: BulkAdjustmentForm | BulkCountForm) -> ResponseReturnValue:
    """Make all changes; or none, and say beside each number why."""
    idempotency.redirect_replay(form)
    if not form.validate() or not has_all_rows(form):
        return refused_page(form), 422
    try:
        step = record_movements(form)
    except BulkAdjustmentRefused as refusal:
        db.session.rollback()
        return show_refusal(form, refusal)
    to = LIST_URL.url(LIST_URL.back())
    if not step:
        return idempotency.tell_replay(to)
    idempotency.remember_result(form, to)
    db.session.commit()
    flash(step.sentence, f"undo:{step.id}")
    return redirect(to, 303)


def record_movements(form: BulkAdjustmentForm | BulkCountForm) -> UndoStep | None:
    """Write a movement for each number."""
    cause = Cause(by=current_user.address, key=form.key.data or "", note=form.note.data)
    if isinstance(form, BulkCountForm):
        return bulk_adjustments.set_counts(form.typed(), form.seen(), cause, visit=get_request_info())
    return bulk_adjustments.adjust_variants(form.typed(), Reason(form.reason.data), cause, visit=get_request_info())


def show_refusal(form: BulkAdjustmentForm | BulkCountForm, refusal: BulkAdjustmentRefused) -> ResponseReturnValue:
    """Show again what was entered, and the reason beside each number that is refused."""
    for variant_id, why in refusal.why.items():
        form.refuse(variant_id, why)
    has_moved = any(isinstance(why, StaleCount) for why in refusal.why.values())
    return refused_page(form), 409 if has_moved else 422


def posted_ids() -> list[int]:
    """Return the ids of the variants that the form had a field for, in the order of the page."""
    names = (name.removeprefix("units-") for name in request.form if name.startswith("units-"))
    return ids.parse_ids(names)[:MOST_ROWS]


def load_posted_variants() -> list[Variant]:
    """Return the variants of the form that still exist, as they are now."""
    found = queries.load_variants(set(posted_ids()))
    return [found[one] for one in posted_ids() if one in found]


def has_all_rows(form: BulkAdjustmentForm | BulkCountForm) -> bool:
    """Say whether every number that was entered has a variant; if not, the form gets an error."""
    typed = {name for name, text in request.form.items() if name.startswith("units-") and text.strip()}
    if typed <= {f"units-{one}" for one in form.typed()}:
        return True
    form.form_errors.append(str(GONE))
    return False


def refused_page(form: BulkAdjustmentForm | BulkCountForm) -> str:
    """Show the same rows with what was entered; nothing was changed."""
    return render_template(
        "stock/bulk/edit.html",
        form=form,
        rows=load_posted_variants(),
        list_url=LIST_URL.url(LIST_URL.back()),
        back=LIST_URL.query(LIST_URL.back()),
    )
