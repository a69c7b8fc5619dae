"""Changing the stock of many variants at one press: by numbers typed beside them in the list."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import idempotency, ids
from shop.catalogue.product import Variant
from shop.extensions import db
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.stock import rounds, shelf
from shop.stock.forms import ChangesForm, CountsForm, round_form
from shop.stock.ledger import Cause, Moved, Reason
from shop.stock.rounds import Refused
from shop.stock.routes import LIST
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import get_request_info

MOST_ROWS = 200  # at one press; a page of the list has fewer
GONE = "Something that you typed a number beside is not there any more. Look at the others, then save."
bulk_stock = Blueprint("bulk_stock", __name__)
bulk_stock.url_defaults(LIST.carry)


@bulk_stock.post("/stock/changes")
@needs(Role.OWNER, Role.STAFF)
def change() -> ResponseReturnValue:
    """Add units to the shelf, or take some away, wherever a number was typed."""
    return save(round_form(ChangesForm, variants()))


@bulk_stock.post("/stock/counts")
@needs(Role.OWNER, Role.STAFF)
def count() -> ResponseReturnValue:
    """Set what is on hand to what was counted, wherever a number was typed, unless stock moved meanwhile."""
    return save(round_form(CountsForm, variants()))


def save(form: ChangesForm | CountsForm) -> ResponseReturnValue:
    """Do all of it; or nothing, and say beside each number why."""
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if not form.validate() or not has_all_rows(form):
        return refused_page(form), 422
    try:
        step = carry_out(form)
    except Refused as refusal:
        db.session.rollback()
        return refuse(form, refusal)
    to = LIST.url(LIST.back())
    if not step:
        return idempotency.replay(to)
    idempotency.remember_result(form, to)
    db.session.commit()
    flash(step.sentence, f"undo:{step.id}")
    return redirect(to, 303)


def carry_out(form: ChangesForm | CountsForm) -> UndoStep | None:
    """Write a movement for each number."""
    cause = Cause(by=current_user.address, key=form.key.data or "", note=form.note.data)
    if isinstance(form, CountsForm):
        return rounds.set_counts(form.typed(), form.seen(), cause, visit=get_request_info())
    return rounds.adjust(form.typed(), Reason(form.reason.data), cause, visit=get_request_info())


def refuse(form: ChangesForm | CountsForm, refusal: Refused) -> ResponseReturnValue:
    """Show again what was typed, and beside each number that cannot be why."""
    for variant_id, why in refusal.why.items():
        form.refuse(variant_id, why)
    has_moved = any(isinstance(why, Moved) for why in refusal.why.values())
    return refused_page(form), 409 if has_moved else 422


def posted() -> list[int]:
    """Give beside which variants there was a field, by id in the order of the page."""
    names = (name.removeprefix("units-") for name in request.form if name.startswith("units-"))
    return ids.parse_ids(names)[:MOST_ROWS]


def variants() -> list[Variant]:
    """Give those of them that there are, as they are now."""
    found = shelf.by_id(set(posted()))
    return [found[one] for one in posted() if one in found]


def has_all_rows(form: ChangesForm | CountsForm) -> bool:
    """Say whether there is a variant for each number that was typed; and on the form, if not."""
    typed = {name for name, text in request.form.items() if name.startswith("units-") and text.strip()}
    if typed <= {f"units-{one}" for one in form.typed()}:
        return True
    form.form_errors.append(GONE)
    return False


def refused_page(form: ChangesForm | CountsForm) -> str:
    """Show the same rows with what was typed; nothing was changed."""
    return render_template(
        "stock/mend_round.html",
        form=form,
        rows=variants(),
        list_url=LIST.url(LIST.back()),
        back=LIST.query(LIST.back()),
    )
