"""Change many orders at once: the selected ones, or all that match the list."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.fields.typed_field import Text
from shop.ids import digest_ids
from shop.orders import archive, bulk_changes, bulk_labels, bulk_tags, documents, queries, responses
from shop.orders.filters import OrderCriteria
from shop.orders.forms.bulk import BulkForm
from shop.orders.forms.filters import OrderFilterForm
from shop.orders.list_page import LIST_URL
from shop.orders.queries import list_numbers
from shop.people.guards import staff_only
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import get_actor

blueprint = Blueprint("bulk", __name__)

NOTHING_CHOSEN = _l("Select at least one order.")
NOT_A_LIST = _l("This list link is no longer valid. Open the list again and select the orders.")
TOO_MANY = _l(
    "More than %(most)s orders match. Filter the list and change fewer at a time.", most=f"{bulk_changes.MOST_ORDERS:,}"
)


@blueprint.get("/orders/bulk")
@staff_only
def confirm_change() -> ResponseReturnValue:
    """Show what a change of all matches would do; changes nothing."""
    form = BulkForm(request.args, meta={"csrf": False})
    if not form.validate():
        return refuse_change(form, form.sentence)
    if unread := explain_unread(form):
        return refuse_change(form, unread)
    ids = list_chosen_ids(form)
    if len(ids) > (documents.MOST_ORDERS if form.is_print else bulk_changes.MOST_ORDERS):
        return refuse_change(form, responses.TOO_MANY_TO_PRINT if form.is_print else TOO_MANY)
    return confirm_page(form, ids)


@blueprint.post("/orders/bulk")
@staff_only
def change_orders() -> ResponseReturnValue:
    """Change the selected orders; all matches are confirmed first, and again where they have changed since.

    Orders that would be archived although they are not fully paid or shipped are confirmed, too.
    """
    form = BulkForm()
    if not form.validate():
        return refuse_change(form, form.sentence)
    if form.all.data and not form.sure.data:
        asked = {"what": form.what.data, "tag": form.tag.data, "all": "1", "query": form.query.data}
        return redirect(f"{url_for('orders.bulk.confirm_change')}?{urlencode(asked)}", 303)
    if len(form.numbers()) > bulk_changes.MOST_ORDERS:
        return refuse_change(form, TOO_MANY)
    if unread := explain_unread(form):
        return refuse_change(form, unread)
    ids = list_chosen_ids(form)
    if not ids or len(ids) > bulk_changes.MOST_ORDERS:
        return refuse_change(form, TOO_MANY if ids else NOTHING_CHOSEN)
    if form.all.data and form.expected.data != digest_ids(ids):
        return confirm_page(form, ids, has_moved=True), 409
    if count_unfinished(form, ids) > (form.unfinished.data or 0):
        return confirm_page(form, ids), 409 if form.sure.data else 200
    if form.is_print:
        return print_chosen(form, ids)
    step = apply_change(form, ids)
    sentence, category = (step.sentence, f"undo:{step.id}") if step else (explain_no_change(form, ids), "message")
    db.session.commit()
    flash(sentence, category)
    return redirect(list_url(form), 303)


def count_unfinished(form: BulkForm, ids: list[int]) -> int:
    """Return how many of these orders are not fully paid or shipped, where they would be archived."""
    return archive.count_unfinished(ids) if form.what.data == "archive" else 0


def confirm_page(form: BulkForm, ids: list[int], *, has_moved: bool = False) -> str:
    """Show what a change of these orders would do, with the button that changes these and no others."""
    same = 0 if form.is_print else bulk_changes.count_unchanged(form.what.data, ids, form.tag.data)
    number = len(ids) - same
    words = bulk_labels.describe_action(form.what.data, number, form.tag.data)
    about = {"form": form, "number": number, "words": words, "has_moved": has_moved, "back": list_url(form)}
    unchanged = bulk_labels.describe_unchanged(form.what.data, same, len(ids), form.tag.data)
    about |= {"digest": digest_ids(ids), "same": same, "unchanged": unchanged}
    return render_template("orders/bulk/confirm.html", unfinished=count_unfinished(form, ids), **about)


def apply_change(form: BulkForm, ids: list[int]) -> UndoStep | None:
    """Change these orders as requested. Returns the step that undoes it."""
    actor, tag = get_actor(), form.tag.data
    if form.what.data == "tag":
        return bulk_tags.tag_orders(ids, tag, actor=actor)
    if form.what.data == "untag":
        return bulk_tags.untag_orders(ids, tag, actor=actor)
    put = archive.archive_orders if form.what.data == "archive" else archive.unarchive_orders
    return put(ids, actor=actor)


def explain_no_change(form: BulkForm, ids: list[int]) -> str:
    """Say why no order was changed."""
    full = bulk_tags.count_full(ids, form.tag.data) if form.what.data == "tag" else 0
    if not full:
        return ngettext(
            "Nothing to change: this order is already up to date.",
            "Nothing to change: these orders are already up to date.",
            len(ids),
        )
    return ngettext(
        "Nothing to change: %(count)s of these orders has reached the limit of %(most)s tags.",
        "Nothing to change: %(count)s of these orders have reached the limit of %(most)s tags.",
        full,
        count=f"{full:,}",
        most=MOST_TAGS,
    )


def print_chosen(form: BulkForm, ids: list[int]) -> ResponseReturnValue:
    """Redirect to the documents of these orders."""
    if len(ids) > documents.MOST_ORDERS:
        return refuse_change(form, responses.TOO_MANY_TO_PRINT)
    return responses.start_printing(documents.DocumentKind(form.what.data), list_numbers(ids))


def list_chosen_ids(form: BulkForm) -> list[int]:
    """Return the ids of the orders that a form names: the selected ones, or all matches, newest first."""
    if not form.all.data:
        return queries.list_ids(form.numbers())
    return queries.list_matching_ids(parse_filters(form), bulk_changes.MOST_ORDERS + 1)


def parse_filters(form: BulkForm) -> OrderCriteria:
    """Return the filters of a list whose matches are all selected. Raises ValueError where it is no list of orders."""
    list_form = OrderFilterForm(MultiDict(LIST_URL.parse_query(form.query.data or "")))
    list_form.validate()
    return list_form.criteria()


def explain_unread(form: BulkForm) -> str:
    """Say why it is not certain which orders match; nothing where it is, or where orders were ticked."""
    try:
        return " ".join(parse_filters(form).unread) if form.all.data else ""
    except ValueError:
        return str(NOT_A_LIST)


def refuse_change(form: BulkForm, sentence: Text) -> ResponseReturnValue:
    """Redirect to the list and say why nothing was changed."""
    db.session.rollback()
    flash(str(sentence), "error")
    return redirect(list_url(form), 303)


def list_url(form: BulkForm) -> str:
    """Return the URL of the list that the change came from."""
    return LIST_URL.url(dict(parse_qsl(form.query.data or "")))
