"""Responses that the routes of an order share: pages, refusals, redirects, and 404."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from shop.edit_conflicts import Conflict, EditForm
from shop.extensions import db
from shop.fields.typed_field import Text
from shop.orders import balance, detail, documents, drafts, list_page, queries, timeline
from shop.orders.documents import DocumentKind
from shop.orders.drafts import DraftLine, TaxTerms, VariantDeleted
from shop.orders.forms.buttons import pressed_button
from shop.orders.forms.notes import CommentForm, NoteForm, OrderTagsForm
from shop.orders.forms.order import OrderForm
from shop.orders.models.order import Order
from shop.orders.queries import find_locked_by_number
from shop.orders.stock import OutOfStock
from shop.orders.totals import Totals, TotalTooLarge
from shop.transactions import set_read_only
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import get_actor

TOO_LARGE = _l("The order total is too large.")
NOTHING_TO_PRINT = _l("None of the selected orders were found.")
TOO_MANY_TO_PRINT = _l(
    "You can print up to %(number)s orders at a time. Select fewer, or filter the list.", number=documents.MOST_ORDERS
)


def get_order(number: int) -> Order:
    """Return an order by its number, or answer 404."""
    return queries.find_by_number(number) or abort(404)


def get_locked_order(number: int) -> Order:
    """Return an order by its number, locked until this request ends, or answer 404."""
    return find_locked_by_number(number) or abort(404)


def order_form_page(
    name: str,
    form: OrderForm,
    terms: TaxTerms,
    faults: Sequence[str],
    kept: list[DraftLine],
    *,
    sums: dict[str, int] | None = None,
    **more: Any,
) -> str:
    """Show an order form with its totals, or without them where a field is not valid.

    `sums` are its shipping and discount where they are not those that were entered.
    """
    sums = sums or {"shipping": form.shipping.data or 0, "discount": form.discount.data or 0}
    form.form_errors = [*form.form_errors, *faults]
    totals: Totals | None = None
    if not any(field.errors for field in (form.lines, form.discount, form.shipping)):
        try:
            lines = [*kept, *drafts.make_draft_lines(form.new_rows())]
            totals = drafts.compute_totals(lines, **sums, terms=terms)
        except (VariantDeleted, TotalTooLarge) as refusal:
            form.form_errors = list(dict.fromkeys([*form.form_errors, *explain_refusal(refusal)]))
    known = drafts.load_variants(form.variant_ids())
    about = {"terms": terms, "totals": totals, "known": known, "pressed": pressed_button()}
    return render_template(f"orders/{name}.html", form=form, **about, **more)


def explain_refusal(refusal: Exception) -> list[str]:
    """Return the sentences of a refusal, one for each line that is short."""
    if isinstance(refusal, OutOfStock):
        return refusal.sentences()
    return [str(TOO_LARGE if isinstance(refusal, TotalTooLarge) else refusal)]


def form_page(name: str, order: Order, form: FlaskForm, **more: Any) -> str:
    """Show a form about an order, beside its balance."""
    return render_template(f"orders/{name}.html", order=order, facts=balance.load_balance(order), form=form, **more)


def validated_page(name: str, order: Order, form: FlaskForm, **more: Any) -> ResponseReturnValue:
    """Show a form with what was entered, and what is wrong with it; changes nothing."""
    form.validate()
    return form_page(name, order, form, **more), 422 if form.errors else 200


def refusal_page(name: str, order: Order, form: FlaskForm, refusal: Exception) -> ResponseReturnValue:
    """Roll back, and show the form with what was entered and why nothing was done."""
    roll_back()
    form.form_errors = [str(refusal)]
    return form_page(name, order, form), 422


def roll_back() -> None:
    """Roll back; the page that says why is rendered while the next writer has the one write lock of SQLite."""
    db.session.rollback()
    set_read_only(True)


def commit_and_redirect(number: int, sentence: Text, to: str = "") -> ResponseReturnValue:
    """Commit, say what was done, and go to the order or to the next step."""
    db.session.commit()
    flash(str(sentence))
    return redirect(to or url_for("orders.show_order", number=number), 303)


def order_page(order: Order, conflicts: list[Conflict] | None = None, **forms: EditForm | CommentForm) -> str:
    """Show an order; a form that was refused or met a conflict is open in it, with what was entered."""
    tags_form, note_form = OrderTagsForm(formdata=None, tags=order.tags), NoteForm(formdata=None, note=order.note)
    tags_form.start(order.version, {"tags": order.tags})
    note_form.start(order.version, {"note": order.note})
    earlier, later = queries.find_neighbors(order.number)
    return render_template(
        "orders/detail.html",
        order=order,
        sight=detail.load(order),
        chronicle=timeline.list_entries_by_day(order),
        earlier=earlier,
        later=later,
        list_url=list_page.LIST_URL.url(list_page.LIST_URL.back()),
        conflicts=conflicts,
        refused=next(iter(forms), ""),
        **{"tags_form": tags_form, "note_form": note_form, "comment_form": CommentForm(formdata=None), **forms},
    )


def conflict_page(number: int, conflicts: list[Conflict], **forms: EditForm) -> ResponseReturnValue:
    """Show the order as it is now, and the conflicts with what someone else saved."""
    db.session.rollback()
    return order_page(get_order(number), conflicts, **forms), 409


def commit_and_show(order: Order, sentence: Text) -> ResponseReturnValue:
    """Commit, say what was done, and show the order."""
    url = order_url(order)
    db.session.commit()
    flash(str(sentence))
    return redirect(url, 303)


def commit_with_undo(order: Order, step: UndoStep | None, otherwise: Text) -> ResponseReturnValue:
    """Commit, say what was done with a button to undo it, and show the order."""
    url, said, category = (
        order_url(order),
        step.sentence if step else otherwise,
        f"undo:{step.id}" if step else "message",
    )
    db.session.commit()
    flash(str(said), category)
    return redirect(url, 303)


def order_url(order: Order, anchor: str = "") -> str:
    """Return the URL of an order's page, which carries the list that led to it: see url_defaults()."""
    return url_for("orders.show_order", number=order.number, _anchor=anchor or None)


def start_printing(kind: DocumentKind, numbers: list[int]) -> ResponseReturnValue:
    """Record that orders are printed, and go to the page that shows them."""
    orders = queries.list_by_numbers(numbers) if len(numbers) <= documents.MOST_ORDERS else []
    if not orders:
        return refuse_printing(numbers)
    documents.note_printed(kind, orders, actor=get_actor())
    found = ",".join(str(order.number) for order in orders)
    db.session.commit()
    return redirect(url_for("orders.documents.show_documents", kind=kind, numbers=found), 303)


def refuse_printing(numbers: list[int]) -> ResponseReturnValue:
    """Go to the list and say why nothing is printed."""
    flash(str(TOO_MANY_TO_PRINT if len(numbers) > documents.MOST_ORDERS else NOTHING_TO_PRINT), "error")
    return redirect(url_for("orders.list_orders"), 303)
