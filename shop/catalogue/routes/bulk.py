"""Change many products at once: preview, confirm, undo."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from shop.catalogue.bulk import prices, statuses, tags
from shop.catalogue.bulk.responses import (
    SelectedProducts,
    SelectionRefused,
    finish_change,
    form_or_preview_page,
    form_page,
    has_list_changed,
    preview_page,
    run_once_with_selection,
    run_with_selection,
)
from shop.catalogue.forms.bulk import BulkPricesForm, BulkTagsForm
from shop.catalogue.models.product import ProductStatus
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("bulk", __name__)

NOT_A_STATUS = _l("Choose draft, active, or archived.")


@blueprint.post("/products/bulk/status/preview")
@staff_only
def preview_status() -> ResponseReturnValue:
    """Show which products' status would change."""
    return run_with_selection(lambda chosen: status_page(chosen, parse_status()))


@blueprint.post("/products/bulk/status")
@staff_only
def set_status() -> ResponseReturnValue:
    """Set the status of the selected products."""

    def change(chosen: SelectedProducts) -> ResponseReturnValue:
        status = parse_status()
        if has_list_changed(chosen):
            return status_page(chosen, status, moved=True), 409
        step = statuses.set_status(chosen.ids, status, actor=get_actor())
        return finish_change(step, lambda: statuses.preview_status(chosen.ids, status))

    return run_once_with_selection(change)


@blueprint.post("/products/bulk/tags/preview")
@staff_only
def preview_tags() -> ResponseReturnValue:
    """Ask which tags to add and remove; once entered, show a preview."""
    return run_with_selection(
        lambda chosen: form_or_preview_page(chosen, BulkTagsForm, "catalogue/bulk/tags.html", tags_page)
    )


@blueprint.post("/products/bulk/tags")
@staff_only
def change_tags() -> ResponseReturnValue:
    """Add tags to the selected products, and remove others."""

    def change(chosen: SelectedProducts) -> ResponseReturnValue:
        form = BulkTagsForm()
        if not form.validate():
            return form_page(chosen, form, "catalogue/bulk/tags.html"), 422
        if has_list_changed(chosen):
            return tags_page(chosen, form, moved=True), 409
        add, remove = form.add.data, form.remove.data
        step = tags.change_tags(chosen.ids, add, remove, actor=get_actor())
        return finish_change(step, lambda: tags.preview_tags(chosen.ids, add, remove))

    return run_once_with_selection(change)


@blueprint.post("/products/bulk/prices/preview")
@staff_only
def preview_prices() -> ResponseReturnValue:
    """Ask how to change prices; once entered, show a preview."""
    return run_with_selection(
        lambda chosen: form_or_preview_page(chosen, BulkPricesForm, "catalogue/bulk/prices.html", prices_page)
    )


@blueprint.post("/products/bulk/prices")
@staff_only
def change_prices() -> ResponseReturnValue:
    """Change the prices of the selected products."""

    def change(chosen: SelectedProducts) -> ResponseReturnValue:
        form = BulkPricesForm()
        if not form.validate():
            return form_page(chosen, form, "catalogue/bulk/prices.html"), 422
        if has_list_changed(chosen):
            return prices_page(chosen, form, moved=True), 409
        step = prices.change_prices(chosen.ids, form.rule(), actor=get_actor())
        return finish_change(step, lambda: prices.preview_prices(chosen.ids, form.rule()))

    return run_once_with_selection(change)


def parse_status() -> ProductStatus:
    """Read the chosen status. Raises SelectionRefused."""
    if (typed := request.form.get("status", "")) not in tuple(ProductStatus):
        raise SelectionRefused(NOT_A_STATUS)
    return ProductStatus(typed)


def status_page(chosen: SelectedProducts, status: ProductStatus, *, moved: bool = False) -> str:
    """Show what a change of status would do."""
    preview = statuses.preview_status(chosen.ids, status)
    action = url_for("catalogue.bulk.set_status")
    said = _("Set the status to “%(status)s”.", status=statuses.STATUS_NAMES[status])
    return preview_page(chosen, preview, action, said, {"status": status}, moved=moved)


def tags_page(chosen: SelectedProducts, form: BulkTagsForm, *, moved: bool = False) -> str:
    """Show what a change of tags would do."""
    preview = tags.preview_tags(chosen.ids, form.add.data, form.remove.data)
    carried = {"add": ", ".join(form.add.data), "remove": ", ".join(form.remove.data)}
    add, remove = len(form.add.data), len(form.remove.data)
    said = [ngettext("Add the tag: %(tags)s.", "Add the tags: %(tags)s.", add, tags=carried["add"])] if add else []
    if remove:
        said += [ngettext("Remove the tag: %(tags)s.", "Remove the tags: %(tags)s.", remove, tags=carried["remove"])]
    action = url_for("catalogue.bulk.change_tags")
    return preview_page(chosen, preview, action, " ".join(said), carried, moved=moved)


def prices_page(chosen: SelectedProducts, form: BulkPricesForm, *, moved: bool = False) -> str:
    """Show what a change of prices would do."""
    rule = form.rule()
    preview = prices.preview_prices(chosen.ids, rule)
    fields = (form.way, form.amount, form.percent, form.keeps)
    carried = {one.name: request.form[one.name] for one in fields if one.name in request.form}
    action = url_for("catalogue.bulk.change_prices")
    return preview_page(chosen, preview, action, rule.described(), carried, moved=moved, noun="price")
