"""Changing many orders at once: those that are ticked, or all that fit what the list looks for."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from shop.extensions import db
from shop.ids import digest_ids
from shop.orders import finding, paper, printing, tidying
from shop.orders.browsing import LIST
from shop.orders.filters import Wanted
from shop.orders.forms import ChoiceForm, FilterForm
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import get_request_info

bulk_orders = Blueprint("bulk_orders", __name__)

NOTHING_CHOSEN = "Tick at least one order first."
NOTHING_CHANGED = "Nothing changed: all of these orders were so already."
NOT_A_LIST = "The list cannot be read any more. Open it again and choose anew."
TOO_MANY = f"More than {tidying.MOST:,} orders fit. Narrow the list, and do it in parts."
WORDS = {
    "archive": "Archive {orders}",
    "unarchive": "Take {orders} out of the archive",
    "tag": "Add the tag “{tag}” to {orders}",
    "untag": "Remove the tag “{tag}” from {orders}",
    "packing-slips": "Print the packing slips of {orders}",
    "invoices": "Print the invoices of {orders}",
    "pick-list": "Print a pick list over {orders}",
}

SO = {
    "archive": "in the archive already",
    "unarchive": "not in the archive",
    "tag": "tagged “{tag}” already",
    "untag": "not tagged “{tag}”",
}


@bulk_orders.get("/orders/bulk")
@needs(Role.OWNER, Role.STAFF)
def confirm() -> ResponseReturnValue:
    """Show what a change of all that fit would do; changes nothing."""
    form = ChoiceForm(request.args, meta={"csrf": False})
    if not form.validate():
        return refuse(form, form.sentence)
    if unread := unread_by(form):
        return refuse(form, unread)
    ids = chosen_by(form)
    if len(ids) > (paper.MOST if form.is_print else tidying.MOST):
        return refuse(form, printing.TOO_MANY if form.is_print else TOO_MANY)
    return confirm_page(form, ids)


@bulk_orders.post("/orders/bulk")
@needs(Role.OWNER, Role.STAFF)
def change() -> ResponseReturnValue:
    """Change the orders that were chosen; all that fit are shown first, and again where they are others now.

    So are those that would go to the archive and are still to be paid or sent.
    """
    form = ChoiceForm()
    if not form.validate():
        return refuse(form, form.sentence)
    if form.all.data and not form.sure.data:
        asked = {"what": form.what.data, "tag": form.tag.data, "all": "1", "query": form.query.data}
        return redirect(f"{url_for('bulk_orders.confirm')}?{urlencode(asked)}", 303)
    if len(form.numbers()) > tidying.MOST:
        return refuse(form, TOO_MANY)
    if unread := unread_by(form):
        return refuse(form, unread)
    ids = chosen_by(form)
    if not ids or len(ids) > tidying.MOST:
        return refuse(form, TOO_MANY if ids else NOTHING_CHOSEN)
    if form.all.data and form.expected.data != digest_ids(ids):
        return confirm_page(form, ids, has_moved=True), 409
    if waiting(form, ids) > (form.unfinished.data or 0):
        return confirm_page(form, ids), 409 if form.sure.data else 200
    if form.is_print:
        return print_these(form, ids)
    step = carry_out(form, ids)
    sentence, category = (step.sentence, f"undo:{step.id}") if step else (said_of_nothing(form, ids), "message")
    db.session.commit()
    flash(sentence, category)
    return redirect(back_to(form), 303)


def waiting(form: ChoiceForm, ids: list[int]) -> int:
    """Give how many of these orders are still to be paid or sent, where they would go to the archive."""
    return tidying.unfinished(ids) if form.what.data == "archive" else 0


def confirm_page(form: ChoiceForm, ids: list[int], *, has_moved: bool = False) -> str:
    """Show what a change of so many orders would do, with the button that does it to these and no others."""
    same = 0 if form.is_print else tidying.already(form.what.data, ids, form.tag.data)
    number = len(ids) - same
    orders = f"{number:,} {'order' if number == 1 else 'orders'}"
    words = WORDS[form.what.data].format(orders=orders, tag=form.tag.data)
    about = {"form": form, "number": number, "words": words, "has_moved": has_moved, "back": back_to(form)}
    about |= {"digest": digest_ids(ids), "same": same, "so": SO.get(form.what.data, "").format(tag=form.tag.data)}
    return render_template("orders/confirm_bulk.html", unfinished=waiting(form, ids), **about)


def carry_out(form: ChoiceForm, ids: list[int]) -> UndoStep | None:
    """Do to these orders what was asked. Gives the step that takes it back."""
    by, tag = current_user.address, form.tag.data
    if form.what.data == "tag":
        return tidying.tag(ids, tag, by=by, visit=get_request_info())
    if form.what.data == "untag":
        return tidying.untag(ids, tag, by=by, visit=get_request_info())
    put = tidying.archive if form.what.data == "archive" else tidying.unarchive
    return put(ids, by=by, visit=get_request_info())


def said_of_nothing(form: ChoiceForm, ids: list[int]) -> str:
    """Say why no order was changed."""
    full = tidying.count_full(ids, form.tag.data) if form.what.data == "tag" else 0
    return f"Nothing changed: {full:,} of these orders {tidying.has_no_room(full)}." if full else NOTHING_CHANGED


def print_these(form: ChoiceForm, ids: list[int]) -> ResponseReturnValue:
    """Lead to these orders on paper."""
    if len(ids) > paper.MOST:
        return refuse(form, printing.TOO_MANY)
    return printing.begin(paper.Kind(form.what.data), paper.numbers_of(ids))


def chosen_by(form: ChoiceForm) -> list[int]:
    """Give the ids of the orders that a form names: those that were ticked, or all that fit, newest first."""
    if not form.all.data:
        return finding.ids_of(form.numbers())
    return finding.fitting(read_list(form), tidying.MOST + 1)


def read_list(form: ChoiceForm) -> Wanted:
    """Give what the list looks for of which all is meant. Raises ValueError where that is no list of orders."""
    wanted = FilterForm(MultiDict(LIST.read(form.query.data or "")))
    wanted.validate()
    return wanted.wanted()


def unread_by(form: ChoiceForm) -> str:
    """Say why it is not certain which orders are all that fit; nothing where it is, or some were ticked."""
    try:
        return " ".join(read_list(form).unread) if form.all.data else ""
    except ValueError:
        return NOT_A_LIST


def refuse(form: ChoiceForm, sentence: str) -> ResponseReturnValue:
    """Go back to the list and say why nothing was done."""
    db.session.rollback()
    flash(sentence, "error")
    return redirect(back_to(form), 303)


def back_to(form: ChoiceForm) -> str:
    """Give the address of the list that the change came from."""
    return LIST.url(dict(parse_qsl(form.query.data or "")))
