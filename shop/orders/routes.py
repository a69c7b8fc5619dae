"""Orders: the list, and one of them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from shop import idempotency
from shop.edit_conflicts import Conflict, EditForm
from shop.extensions import db
from shop.lists import pages
from shop.orders import altering, browsing, chronicle, finding, looking, tidying, writing
from shop.orders.browsing import get_locked, get_order
from shop.orders.forms import CommentForm, FilterForm, NoteForm, TagsForm
from shop.orders.order import Order
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import get_request_info

orders = Blueprint("orders", __name__)
orders.url_defaults(browsing.LIST.carry)


@orders.get("/orders")
@any_role
def list_orders() -> ResponseReturnValue:
    """Show a part of the orders that fit; what is looked for stands in the address, see FilterForm.

    An order's number in the search box opens that order.
    """
    given = MultiDict((name, one) for name, one in request.args.items(multi=True) if one.strip())
    if len(given) < len(list(request.args.items(multi=True))):
        return redirect(browsing.LIST.url(given))
    form = FilterForm(given)
    form.validate()
    wanted = form.wanted()
    if wanted.words and (found := finding.find_typed(wanted.words)):
        return redirect(url_for("orders.show_order", number=found.number))
    page = finding.listed(wanted, pages.parse_page_ref(given))
    return render_template(
        "orders/list_orders.html",
        form=form,
        wanted=wanted,
        page=page,
        views=list(browsing.tabs(wanted, request.args)),
        chosen=list(browsing.badges(form, wanted, request.args)),
        clear=browsing.LIST.url({"tab": wanted.tab, "sort": request.args.get("sort", "")}),
        customers=finding.customers_of(page.rows),
        back=browsing.LIST.query(request.args),
    )


@orders.get("/orders/<id:number>")
@any_role
def show_order(number: int) -> ResponseReturnValue:
    """Show an order, with what is to be done about it next."""
    return order_page(get_order(number))


@orders.post("/orders/<id:number>/comments")
@needs(Role.OWNER, Role.STAFF)
def write_comment(number: int) -> ResponseReturnValue:
    """Put a comment on the timeline."""
    order, form = get_order(number), CommentForm()
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if not form.validate():
        return order_page(order, comment_form=form), 422
    to = url_of(order, "timeline")
    writing.comment(order, form.comment.data, by=current_user.address, visit=get_request_info())
    idempotency.remember_result(form, to)
    db.session.commit()
    return redirect(to, 303)


@orders.post("/orders/<id:number>/tags")
@needs(Role.OWNER, Role.STAFF)
def change_tags(number: int) -> ResponseReturnValue:
    """Give an order other tags."""
    order, form = get_locked(number), TagsForm()
    if not form.validate():
        return order_page(order, tags_form=form), 422
    merge = form.settle(order.version, {"tags": order.tags}, request.form)
    if merge.conflicts:
        return conflict_page(number, merge.conflicts, tags_form=form)
    step = writing.retag(order, merge.values["tags"], by=current_user.address, visit=get_request_info())
    return tidied(order, step, form.told("The tags are saved."))


@orders.post("/orders/<id:number>/note")
@needs(Role.OWNER, Role.STAFF)
def change_note(number: int) -> ResponseReturnValue:
    """Change the note that only the staff see."""
    order, form = get_locked(number), NoteForm()
    if not form.validate():
        return order_page(order, note_form=form), 422
    merge = form.settle(order.version, {"note": order.note}, request.form)
    if merge.conflicts:
        return conflict_page(number, merge.conflicts, note_form=form)
    altering.change_details(order, merge.values, by=current_user.address, visit=get_request_info())
    return saved(order, form.told("The note is saved."))


@orders.get("/orders/<id:number>/archive")
@needs(Role.OWNER, Role.STAFF)
def consider_archive(number: int) -> ResponseReturnValue:
    """Ask whether an order is to be put away, and say what is still to be done with it."""
    order = get_order(number)
    return render_template("orders/archive.html", order=order, is_unfinished=tidying.unfinished([order.id]))


@orders.post("/orders/<id:number>/archive")
@needs(Role.OWNER, Role.STAFF)
def archive(number: int) -> ResponseReturnValue:
    """Put an order away; one that is not paid or not sent only when somebody was asked."""
    order = get_order(number)
    if not request.form.get("sure") and tidying.unfinished([order.id]):
        return redirect(url_for("orders.consider_archive", number=number), 303)
    return tidied(
        order, tidying.archive([order.id], by=current_user.address, visit=get_request_info()), "It was archived before."
    )


@orders.post("/orders/<id:number>/archive/removal")
@needs(Role.OWNER, Role.STAFF)
def unarchive(number: int) -> ResponseReturnValue:
    """Take an order out of the archive."""
    order = get_order(number)
    step = tidying.unarchive([order.id], by=current_user.address, visit=get_request_info())
    return tidied(order, step, "It was not in the archive.")


def order_page(order: Order, conflicts: list[Conflict] | None = None, **forms: EditForm | CommentForm) -> str:
    """Show an order; a form that was refused, or met another's change, stands open in it with what was typed."""
    tags_form, note_form = TagsForm(formdata=None, tags=order.tags), NoteForm(formdata=None, note=order.note)
    tags_form.start(order.version, {"tags": order.tags})
    note_form.start(order.version, {"note": order.note})
    earlier, later = finding.neighbours(order.number)
    return render_template(
        "orders/show_order.html",
        order=order,
        sight=looking.at(order),
        chronicle=chronicle.of(order),
        earlier=earlier,
        later=later,
        list_url=browsing.LIST.url(browsing.LIST.back()),
        disputed=conflicts,
        refused=next(iter(forms), ""),
        **{"tags_form": tags_form, "note_form": note_form, "comment_form": CommentForm(formdata=None), **forms},
    )


def conflict_page(number: int, conflicts: list[Conflict], **forms: EditForm) -> ResponseReturnValue:
    """Show the order as it is now, and what two people made of one field of it."""
    db.session.rollback()
    return order_page(get_order(number), conflicts, **forms), 409


def saved(order: Order, sentence: str) -> ResponseReturnValue:
    """Keep what was written, say so, and show the order."""
    url = url_of(order)
    db.session.commit()
    flash(sentence)
    return redirect(url, 303)


def tidied(order: Order, step: UndoStep | None, otherwise: str) -> ResponseReturnValue:
    """Keep what was put away, say so with a button to undo it, and show the order."""
    url, said, category = url_of(order), step.sentence if step else otherwise, f"undo:{step.id}" if step else "message"
    db.session.commit()
    flash(said, category)
    return redirect(url, 303)


def url_of(order: Order, anchor: str = "") -> str:
    """Give the address of an order's page, which knows the list that somebody came from."""
    return url_for("orders.show_order", number=order.number, _anchor=anchor or None)
