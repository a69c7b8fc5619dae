"""Read which products were selected, preview a bulk change, and redirect back to the list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm

from shop import idempotency, ids
from shop.catalogue.bulk import selection
from shop.catalogue.bulk.preview import BulkPreview
from shop.catalogue.bulk.selection import SelectionTooLarge
from shop.catalogue.filters import ProductCriteria
from shop.catalogue.responses import LIST_URL
from shop.extensions import db
from shop.idempotency import INCOMPLETE_FORM, IdempotentForm
from shop.tokens import new_id
from shop.undo.models.undo_step import UndoStep

LONGEST_LIST = 20_000  # characters of a list's URL
NOTHING_SELECTED = _l("Select at least one product.")
NOT_A_LIST = _l("This list link is no longer valid. Open the list again and select the products.")


@dataclass(frozen=True)
class SelectedProducts:
    """The products that a bulk change is about; `query` is that of the list they were selected from."""

    ids: list[int]
    is_all: bool
    query: str

    @property
    def digest(self) -> str:
        """Return a digest that differs for any other products."""
        return ids.digest_ids(self.ids)


class SelectionRefused(Exception):
    """The selection cannot be used; the message says why to the person."""


def run_with_selection(work: Callable[[SelectedProducts], ResponseReturnValue]) -> ResponseReturnValue:
    """Do something with the selected products, or show a sentence that says why not."""
    try:
        return work(parse_selection())
    except (SelectionRefused, SelectionTooLarge) as refusal:
        return nothing_changed_page(str(refusal))


def nothing_changed_page(sentence: str) -> ResponseReturnValue:
    """Show why nothing was changed."""
    db.session.rollback()
    return render_template("catalogue/bulk/nothing_changed.html", sentence=sentence, back=list_url()), 422


def run_once_with_selection(work: Callable[[SelectedProducts], ResponseReturnValue]) -> ResponseReturnValue:
    """Do what run_with_selection() does; for a form that was sent before, only redirect to where it led."""
    form = IdempotentForm()
    if not form.validate():
        return nothing_changed_page(str(INCOMPLETE_FORM))
    idempotency.redirect_replay(form)
    return run_with_selection(work)


def parse_selection() -> SelectedProducts:
    """Read which products are selected; "all" is queried again. Raises SelectionRefused and SelectionTooLarge."""
    query = request.form.get("back", "")
    is_all = request.form.get("all") == "1"
    if len(query) > LONGEST_LIST:
        raise SelectionRefused(NOT_A_LIST)
    ticked = ids.parse_ids(request.form.getlist("ids"))
    found = selection.list_matching(parse_list_filters()) if is_all else selection.list_ticked(ticked)
    if not found:
        raise SelectionRefused(NOTHING_SELECTED)
    return SelectedProducts(found, is_all, query)


def parse_list_filters() -> ProductCriteria:
    """Read the filters whose matches are all selected. Raises SelectionRefused if unclear: never the whole shop."""
    try:
        criteria = ProductCriteria.from_args(LIST_URL.parse_query(request.form["back"]))
    except (KeyError, ValueError):
        raise SelectionRefused(NOT_A_LIST) from None
    if criteria.unread:
        raise SelectionRefused(" ".join(criteria.unread))
    return criteria


def has_list_changed(chosen: SelectedProducts) -> bool:
    """Say whether other products match the list now than in the preview, even if as many."""
    return chosen.is_all and request.form.get("expected") != chosen.digest


def form_or_preview_page(
    chosen: SelectedProducts, kind: type[Any], template: str, shown: Callable[[SelectedProducts, Any], str]
) -> ResponseReturnValue:
    """Show an empty form; or, once it was sent, a preview or its errors."""
    if "typed" not in request.form:
        return form_page(chosen, kind(formdata=None), template)
    form = kind()
    if not form.validate():
        return form_page(chosen, form, template), 422
    return shown(chosen, form)


def form_page(chosen: SelectedProducts, form: FlaskForm, template: str) -> str:
    """Show a form about the selected products."""
    return render_template(template, chosen=chosen, form=form, back=list_url())


def preview_page(
    chosen: SelectedProducts,
    preview: BulkPreview,
    action: str,
    said: str,
    carried: dict[str, str],
    *,
    moved: bool,
    noun: str = "product",
) -> str:
    """Show what a change would do, with the button that confirms it."""
    facts = {"chosen": chosen, "preview": preview, "action": action, "said": said, "moved": moved, "noun": noun}
    carried = {**carried, "key": new_id()}
    return render_template("catalogue/bulk/preview.html", **facts, carried=carried, back=list_url())


def finish_change(step: UndoStep | None, look: Callable[[], BulkPreview]) -> ResponseReturnValue:
    """Commit a change, say what it did or, by a fresh preview, why nothing changed; redirect back to the list."""
    said, category = (step.sentence, f"undo:{step.id}") if step else (explain_no_change(look()), "message")
    idempotency.remember_result(IdempotentForm(), list_url())
    db.session.commit()
    flash(said, category)
    return redirect(list_url(), 303)


def explain_no_change(preview: BulkPreview) -> str:
    """Say that nothing was changed, how many were already up to date, and why others were refused."""
    sentences = [_("Nothing was changed.")]
    if preview.same:
        number, count = preview.same, f"{preview.same:,}"
        sentences.append(
            ngettext(
                "%(count)s product is already up to date.",
                "%(count)s products are already up to date.",
                number,
                count=count,
            )
        )
    return " ".join([*sentences, *preview.refused])


def list_url() -> str:
    """Return the URL of the list that the products were selected from."""
    return LIST_URL.url(dict(parse_qsl(request.form.get("back", "")[:LONGEST_LIST])))
