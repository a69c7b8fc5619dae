"""Stock of every variant, its changes, and where each came from."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.catalogue.product import Variant
from shop.extensions import db
from shop.idempotency import ALREADY_DONE
from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.stock import checking, history, ledger, shelf, thresholds
from shop.stock.forms import AdjustForm, ChangesForm, CountForm, CountsForm, ThresholdForm, round_form
from shop.stock.ledger import Cause, KeyUsed, Moved, NotThere, Reason
from shop.transactions import snapshot
from shop.web.request_info import get_request_info

# How numbers are typed beside the variants of the list.
WAYS: dict[str, tuple[str, type[ChangesForm | CountsForm]]] = {
    "": ("Change by", ChangesForm),
    "count": ("Set to a count", CountsForm),
}
VIEWS = (("", "All"), ("low", "Low"), ("out", "Out"), ("in", "In stock"))
LIST = ListUrl("stock.list_stock", ("q", "state", "sort", "as", *pages.PAGE_ARGS), ("stock", "bulk_stock"))
stock = Blueprint("stock", __name__)
stock.url_defaults(LIST.carry)


@stock.get("/stock")
@any_role
def list_stock() -> ResponseReturnValue:
    """Show what there is of every variant; search, state, sorting and place stand in the address."""
    wanted = shelf.read(request.args)
    page, counts = shelf.listed(wanted, pages.parse_page_ref(request.args))
    clear = LIST.url(request.args, **FIRST_PAGE_ARGS, q="", state=wanted.state)
    way = "count" if request.args.get("as") == "count" else ""
    return render_template(
        "stock/list_stock.html",
        wanted=wanted,
        page=page,
        form=round_form(WAYS[way][1], page.rows),
        ways=[(words, LIST.url(request.args, **{"as": one}), one == way) for one, (words, _) in WAYS.items()],
        views=[
            (words, LIST.url(request.args, **FIRST_PAGE_ARGS, state=state), wanted.state == state, counts.get(state))
            for state, words in VIEWS
        ],
        filters=[(f"Search: {wanted.q}", clear)] if wanted.q else [],
        clear=clear,
        back=LIST.query(request.args),
    )


@stock.get("/stock/history")
@any_role
def list_movements() -> ResponseReturnValue:
    """Show every change of stock that fits, newest first."""
    asked = history.read(request.args)
    page = history.listed(asked, pages.parse_page_ref(request.args))
    return render_template(
        "stock/list_movements.html",
        asked=asked,
        page=page,
        variants=history.variants_of(page.rows),
        orders=history.orders_of(page.rows),
        reasons=[(one, one.capitalize()) for one in Reason],
        people=history.people(),
        filters=filters_of(asked),
    )


@stock.get("/stock/<id:variant_id>")
@any_role
def show_variant(variant_id: int) -> ResponseReturnValue:
    """Show one variant: what there is of it, how it came to that, and the forms to change it."""
    return variant_page(shelf.find(variant_id) or abort(404))


@stock.post("/stock/<id:variant_id>/adjustments")
@needs(Role.OWNER, Role.STAFF)
def adjust(variant_id: int) -> ResponseReturnValue:
    """Add units to the shelf, or take some away."""
    form = AdjustForm()
    variant = shelf.locked(variant_id) or abort(404)
    if not form.validate():
        return variant_page(variant, adjusting=form), 422
    cause = Cause(by=current_user.address, key=form.key.data or "", note=form.note.data)
    return write(
        lambda: ledger.adjust(variant_id, form.delta.data, Reason(form.reason.data), cause, visit=get_request_info()),
        lambda refusal: refuse(variant_id, refusal, adjusting=form),
        variant,
    )


@stock.post("/stock/<id:variant_id>/counts")
@needs(Role.OWNER, Role.STAFF)
def set_count(variant_id: int) -> ResponseReturnValue:
    """Set what is on hand to what was counted, unless stock moved while somebody counted."""
    form = CountForm()
    variant = shelf.locked(variant_id) or abort(404)
    if not form.validate():
        return variant_page(variant, counting=form), 422
    cause = Cause(by=current_user.address, key=form.key.data or "", note=form.note.data)
    return write(
        lambda: ledger.set_count(
            variant_id, form.counted.data, int(form.seen.data or 0), cause, visit=get_request_info()
        ),
        lambda refusal: refuse(variant_id, refusal, counting=form),
        variant,
    )


@stock.post("/stock/<id:variant_id>/threshold")
@needs(Role.OWNER, Role.STAFF)
def set_threshold(variant_id: int) -> ResponseReturnValue:
    """Say from how many on a variant is low."""
    form = ThresholdForm()
    variant = shelf.locked(variant_id) or abort(404)
    if not form.validate():
        return variant_page(variant, threshold=form), 422
    merge = form.settle(variant.version, {"low_stock": variant.low_stock}, request.form)
    if merge.conflicts:
        db.session.rollback()
        return variant_page(shelf.find(variant_id) or abort(404), threshold=form, differences=merge.conflicts), 409
    if merge.values["low_stock"] != variant.low_stock:
        thresholds.set_own(variant, merge.values["low_stock"], by=current_user.address, visit=get_request_info())
    db.session.commit()
    flash(form.told("Threshold saved."))
    return to_variant(variant_id)


@stock.post("/stock/check")
@needs(Role.OWNER, Role.STAFF)
def check() -> ResponseReturnValue:
    """Compare every number of stock with the rows it stands for, and show where they differ; changes nothing."""
    with snapshot():
        differences = checking.check()
    return render_template("stock/checked.html", differences=differences)


@stock.post("/stock/mend")
@needs(Role.OWNER, Role.STAFF)
def mend() -> ResponseReturnValue:
    """Compute every number of stock anew from its rows."""
    mended = checking.rebuild(by=current_user.address, visit=get_request_info())
    db.session.commit()
    flash(f"{len(mended)} {'number was' if len(mended) == 1 else 'numbers were'} computed anew.")
    return redirect(url_for("stock.list_stock"), 303)


def write(
    change: Callable[[], bool], refused: Callable[[Exception], ResponseReturnValue], variant: Variant
) -> ResponseReturnValue:
    """Carry a movement out and say what it came to; or show why it is refused, with nothing half done."""
    try:
        is_new = change()
    except (NotThere, Moved) as refusal:
        db.session.rollback()
        return refused(refusal)
    except KeyUsed:
        db.session.rollback()
        is_new = False
    db.session.commit()
    flash(f"{variant.on_hand:,} on hand now." if is_new else ALREADY_DONE)
    return to_variant(variant.id)


def refuse(variant_id: int, refusal: Exception, **forms: Any) -> ResponseReturnValue:
    """Show the page again with what was typed, and beside it why nothing was changed."""
    variant = shelf.find(variant_id) or abort(404)
    [form] = forms.values()
    if isinstance(refusal, Moved):
        form.counted.errors = [form.seen.correct(refusal.on_hand, form.counted)]
        return variant_page(variant, **forms), 409
    form.delta.errors = [str(refusal)]
    return variant_page(variant, **forms), 422


def variant_page(
    variant: Variant,
    *,
    adjusting: AdjustForm | None = None,
    counting: CountForm | None = None,
    threshold: ThresholdForm | None = None,
    differences: Any = (),
) -> str:
    """Show one variant; a form that is given is shown as it was typed."""
    page = history.of_variant(variant.id, pages.parse_page_ref(request.args))
    if threshold is None:
        threshold = ThresholdForm(formdata=None, prefix="", low_stock=variant.low_stock)
        threshold.start(variant.version, {"low_stock": variant.low_stock})
    return render_template(
        "stock/show_variant.html",
        variant=variant,
        adjusting=adjusting or AdjustForm(formdata=None),
        counting=counting or CountForm(formdata=None, seen=variant.on_hand),
        threshold=threshold,
        differences=differences,
        page=page,
        orders=history.orders_of(page.rows),
        list_url=LIST.url(LIST.back()),
    )


def to_variant(variant_id: int) -> ResponseReturnValue:
    """Lead to a variant after a change, and from there back to the same list."""
    return redirect(url_for("stock.show_variant", variant_id=variant_id), 303)


def filters_of(asked: history.Asked) -> list[tuple[str, str]]:
    """Give what the history is narrowed by, each with the address without it."""
    words = {"q": "Search", "by": "Who", "reason": "Why", "since": "From", "until": "To"}
    chosen = {name: str(one) for name in words if (one := getattr(asked, name))}
    here = url_for("stock.list_movements")
    return [
        (f"{words[name]}: {one}", f"{here}?{urlencode({k: v for k, v in chosen.items() if k != name})}".rstrip("?"))
        for name, one in chosen.items()
    ]
