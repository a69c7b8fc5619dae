"""Changing many products at once: what it would do is shown first, one press does it, another takes it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from shop import idempotency, ids
from shop.catalogue import changing, finding, pricing, selection, tagging
from shop.catalogue.display import LIST
from shop.catalogue.fields import PricesForm, TagsForm
from shop.catalogue.finding import Wanted
from shop.catalogue.product import Status
from shop.catalogue.selection import Preview, TooMany
from shop.extensions import db
from shop.idempotency import INCOMPLETE_FORM, IdempotentForm
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.tokens import new_id
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import get_request_info

bulk_products = Blueprint("bulk_products", __name__)
LONGEST_LIST = 20_000  # characters of a list's address
NOTHING = "No product was chosen. Tick the products to change, then press the button again."
NOT_A_STATUS = "Choose draft, active or archived."
NOT_A_LIST = "The list cannot be read any more. Open it again and choose anew."


@dataclass(frozen=True)
class Chosen:
    """The products that one press is about; `query` is that of the list they were chosen from."""

    ids: list[int]
    is_all: bool
    query: str

    @property
    def digest(self) -> str:
        """Give what tells them from any others."""
        return ids.digest_ids(self.ids)


class Unfit(Exception):
    """Nothing can be changed so; the message says why to who chose."""


@bulk_products.post("/products/bulk/status/preview")
@needs(Role.OWNER, Role.STAFF)
def preview_status() -> ResponseReturnValue:
    """Show whose status would change."""
    return attempt(lambda chosen: status_page(chosen, read_status()))


@bulk_products.post("/products/bulk/status")
@needs(Role.OWNER, Role.STAFF)
def set_status() -> ResponseReturnValue:
    """Give the chosen products a status."""

    def change(chosen: Chosen) -> ResponseReturnValue:
        status = read_status()
        if has_moved(chosen):
            return status_page(chosen, status, moved=True), 409
        step = changing.set_status(chosen.ids, status, by=current_user.address, visit=get_request_info())
        return finish(step, lambda: changing.preview_status(chosen.ids, status))

    return attempt_once(change)


@bulk_products.post("/products/bulk/tags/preview")
@needs(Role.OWNER, Role.STAFF)
def preview_tags() -> ResponseReturnValue:
    """Ask which tags to give and to take; when that is typed, show what it would do."""
    return attempt(lambda chosen: typed_page(chosen, TagsForm, "catalogue/change_tags.html", tags_page))


@bulk_products.post("/products/bulk/tags")
@needs(Role.OWNER, Role.STAFF)
def change_tags() -> ResponseReturnValue:
    """Give the chosen products tags, and take others from them."""

    def change(chosen: Chosen) -> ResponseReturnValue:
        form = TagsForm()
        if not form.validate():
            return form_page(chosen, form, "catalogue/change_tags.html"), 422
        if has_moved(chosen):
            return tags_page(chosen, form, moved=True), 409
        add, remove = form.add.data, form.remove.data
        step = tagging.tag(chosen.ids, add, remove, by=current_user.address, visit=get_request_info())
        return finish(step, lambda: tagging.preview(chosen.ids, add, remove))

    return attempt_once(change)


@bulk_products.post("/products/bulk/prices/preview")
@needs(Role.OWNER, Role.STAFF)
def preview_prices() -> ResponseReturnValue:
    """Ask what becomes of the prices; when that is typed, show what it would do."""
    return attempt(lambda chosen: typed_page(chosen, PricesForm, "catalogue/change_prices.html", prices_page))


@bulk_products.post("/products/bulk/prices")
@needs(Role.OWNER, Role.STAFF)
def change_prices() -> ResponseReturnValue:
    """Change the prices of the chosen products."""

    def change(chosen: Chosen) -> ResponseReturnValue:
        form = PricesForm()
        if not form.validate():
            return form_page(chosen, form, "catalogue/change_prices.html"), 422
        if has_moved(chosen):
            return prices_page(chosen, form, moved=True), 409
        step = pricing.reprice(chosen.ids, form.rule(), by=current_user.address, visit=get_request_info())
        return finish(step, lambda: pricing.preview(chosen.ids, form.rule()))

    return attempt_once(change)


def attempt(work: Callable[[Chosen], ResponseReturnValue]) -> ResponseReturnValue:
    """Do something with what was chosen, or say in a sentence why nothing can be done."""
    try:
        return work(read_chosen())
    except (Unfit, TooMany) as refusal:
        return nothing_changed(str(refusal))


def nothing_changed(sentence: str) -> ResponseReturnValue:
    """Say why nothing was changed."""
    db.session.rollback()
    return render_template("catalogue/nothing_changed.html", sentence=sentence, back=list_url()), 422


def attempt_once(work: Callable[[Chosen], ResponseReturnValue]) -> ResponseReturnValue:
    """Do what attempt() does, unless this very press was carried out before: then only lead to where it led."""
    form = IdempotentForm()
    if not form.validate():
        return nothing_changed(INCOMPLETE_FORM)
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    return attempt(work)


def read_chosen() -> Chosen:
    """Read which products are meant; all that fit are looked for anew. Raises Unfit and TooMany."""
    query = request.form.get("back", "")
    is_all = request.form.get("all") == "1"
    if len(query) > LONGEST_LIST:
        raise Unfit(NOT_A_LIST)
    ticked = ids.parse_ids(request.form.getlist("ids"))
    found = selection.all_of(read_list()) if is_all else selection.ticked(ticked)
    if not found:
        raise Unfit(NOTHING)
    return Chosen(found, is_all, query)


def read_list() -> Wanted:
    """Read the list of which all is meant. Raises Unfit where it is not certain which: it is never the whole shop."""
    try:
        wanted = finding.read(LIST.read(request.form["back"]))
    except (KeyError, ValueError):
        raise Unfit(NOT_A_LIST) from None
    if wanted.unread:
        raise Unfit(" ".join(wanted.unread))
    return wanted


def read_status() -> Status:
    """Read which status is meant. Raises Unfit."""
    if (typed := request.form.get("status", "")) not in tuple(Status):
        raise Unfit(NOT_A_STATUS)
    return Status(typed)


def has_moved(chosen: Chosen) -> bool:
    """Say whether other products fit the list than the preview was about, though they may be as many."""
    return chosen.is_all and request.form.get("expected") != chosen.digest


def typed_page(
    chosen: Chosen, kind: type[Any], template: str, shown: Callable[[Chosen, Any], str]
) -> ResponseReturnValue:
    """Show an empty form; or, of one that was typed, what it would do, or what is wrong with it."""
    if "typed" not in request.form:
        return form_page(chosen, kind(formdata=None), template)
    form = kind()
    if not form.validate():
        return form_page(chosen, form, template), 422
    return shown(chosen, form)


def form_page(chosen: Chosen, form: FlaskForm, template: str) -> str:
    """Show a form about what was chosen."""
    return render_template(template, chosen=chosen, form=form, back=list_url())


def status_page(chosen: Chosen, status: Status, *, moved: bool = False) -> str:
    """Show what a change of status would do."""
    preview = changing.preview_status(chosen.ids, status)
    action = url_for("bulk_products.set_status")
    return preview_page(chosen, preview, action, f"Status set to {status}", {"status": status}, moved=moved)


def tags_page(chosen: Chosen, form: TagsForm, *, moved: bool = False) -> str:
    """Show what a change of tags would do."""
    preview = tagging.preview(chosen.ids, form.add.data, form.remove.data)
    carried = {"add": ", ".join(form.add.data), "remove": ", ".join(form.remove.data)}
    said = " and ".join(f"{words} {one}" for words, one in zip(("tag", "untag"), carried.values(), strict=True) if one)
    return preview_page(chosen, preview, url_for("bulk_products.change_tags"), said.capitalize(), carried, moved=moved)


def prices_page(chosen: Chosen, form: PricesForm, *, moved: bool = False) -> str:
    """Show what a change of prices would do."""
    rule = form.rule()
    preview = pricing.preview(chosen.ids, rule)
    fields = (form.way, form.amount, form.percent, form.keeps)
    carried = {one.name: request.form[one.name] for one in fields if one.name in request.form}
    action, said = url_for("bulk_products.change_prices"), rule.said()
    return preview_page(chosen, preview, action, said[0].upper() + said[1:], carried, moved=moved, noun="price")


def preview_page(
    chosen: Chosen,
    preview: Preview,
    action: str,
    said: str,
    carried: dict[str, str],
    *,
    moved: bool,
    noun: str = "product",
) -> str:
    """Show what a change would do, with the button that does it."""
    facts = {"chosen": chosen, "preview": preview, "action": action, "said": said, "moved": moved, "noun": noun}
    carried = {**carried, "key": new_id()}
    return render_template("catalogue/preview_change.html", **facts, carried=carried, back=list_url())


def finish(step: UndoStep | None, look: Callable[[], Preview]) -> ResponseReturnValue:
    """Commit a change, say what was done, or what a look at it now says of why nothing was; lead back to the list."""
    said, category = (step.sentence, f"undo:{step.id}") if step else (said_of_nothing(look()), "message")
    idempotency.remember_result(IdempotentForm(), list_url())
    db.session.commit()
    flash(said, category)
    return redirect(list_url(), 303)


def said_of_nothing(preview: Preview) -> str:
    """Say that nothing was changed, how many were so already, and why others stay as they are."""
    same = [f"{preview.same:,} {'is' if preview.same == 1 else 'are'} so already."] if preview.same else []
    return " ".join(["Nothing was changed.", *same, *preview.refused])


def list_url() -> str:
    """Give the address of the list that the products were chosen from."""
    return LIST.url(dict(parse_qsl(request.form.get("back", "")[:LONGEST_LIST])))
