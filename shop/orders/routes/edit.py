"""Edit an order: its lines, addresses, shipping and discount."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.orders import balance, drafts, edits
from shop.orders.drafts import DraftLine, VariantDeleted
from shop.orders.edits import EditRefused, OrderEdit
from shop.orders.forms.buttons import apply_line_button, refuse_unadded_product
from shop.orders.forms.edit import EditOrderForm, edit_order_form, editable_values, quantity_field
from shop.orders.models.order import Order
from shop.orders.responses import (
    commit_and_redirect,
    explain_refusal,
    get_locked_order,
    get_order,
    order_form_page,
    roll_back,
)
from shop.orders.stock import OutOfStock, line_name
from shop.orders.totals import TotalTooLarge
from shop.people.guards import staff_only
from shop.settings import store
from shop.web.actor import get_actor

blueprint = Blueprint("edit", __name__)
FIELD_LABELS = {
    "email": _l("Email"),
    "shipping": _l("Shipping"),
    "shipping_method": _l("Shipping method"),
    "discount": _l("Discount"),
    "discount_code": _l("Discount code"),
    "delivery": _l("Delivery address"),
    "billing": _l("Billing address"),
}


@blueprint.get("/orders/<id:number>/edit")
@staff_only
def edit_order(number: int) -> ResponseReturnValue:
    """Show the form of an order, to edit it."""
    order = get_order(number)
    return edit_page(order, edit_order_form(order))


@blueprint.post("/orders/<id:number>/edit/draft")
@staff_only
def update_edit_draft(number: int) -> ResponseReturnValue:
    """Show the form with its search results, added or removed lines and new totals; nothing is saved."""
    order = get_order(number)
    form = edit_order_form(order)
    found = apply_line_button(form)
    form.validate()
    return edit_page(order, form, faults=form.drop_gone(order), found=found)


@blueprint.post("/orders/<id:number>/edit")
@staff_only
def save_order(number: int) -> ResponseReturnValue:
    """Save the changes over the order as it is now, unless they conflict with someone else's."""
    order = get_locked_order(number)
    form = edit_order_form(order)
    is_typed, found = form.validate(), refuse_unadded_product(form)
    if not is_typed or found is not None:
        return edit_page(order, form, found=found), 422
    seen, gone = form.seen(), form.drop_gone(order)
    merge = form.settle(order.version, editable_values(order), request.form)
    if merge.conflicts or gone:
        roll_back()
        form.catch_up(order)
        return edit_page(order, form, faults=gone, conflicts=merge.conflicts), 409
    try:
        apply_edit(order, merge.values, drafts.make_draft_lines(drafts.select_unsaved(order, form.new_rows(), seen)))
    except (OutOfStock, VariantDeleted, TotalTooLarge, EditRefused) as refusal:
        roll_back()
        return edit_page(order, form, faults=explain_refusal(refusal)), 409 if isinstance(refusal, OutOfStock) else 422
    total = store.get_store().money(order.total, order.currency)
    told = _("Order saved. New total: %(amount)s.", amount=total)
    return commit_and_redirect(number, told if form.new_rows() else form.told(told))


def apply_edit(order: Order, values: dict[str, Any], added: list[DraftLine]) -> None:
    """Carry out an edit. Raises OutOfStock, TotalTooLarge and EditRefused."""
    actor = get_actor()
    wanted = OrderEdit(
        quantities={
            line.id: values[quantity_field(line.id)] for line in order.lines if quantity_field(line.id) in values
        },
        added=added,
        **{name: values[name] for name in ("shipping", "shipping_method", "discount", "discount_code")},
    )
    edits.edit_order(order, wanted, version=order.version, actor=actor)
    edits.change_details(order, values, actor=actor)


def edit_page(order: Order, form: EditOrderForm, *, faults: Sequence[str] = (), **more: Any) -> str:
    """Show the form of an existing order."""
    lines = {line.id: line for line in order.lines}
    quantities = {quantity_field(line.id): _("Quantity of %(item)s", item=line_name(line)) for line in order.lines}
    facts = balance.load_balance(order)
    values = form.decided(editable_values(order), request.form)
    kept = drafts.copy_order_lines(
        order, {line.id: values.get(quantity_field(line.id), line.quantity) for line in order.lines}
    )
    sums = {name: values[name] for name in ("shipping", "discount")}
    about = {
        "order": order,
        "lines": lines,
        "labels": FIELD_LABELS | quantities,
        "facts": facts,
        "show": value_formatter(order.currency),
    }
    return order_form_page("edit", form, order, faults, kept, sums=sums, **about, **more)


def value_formatter(currency: str) -> Callable[[str, Any], str]:
    """Return a function that writes a field's value where a conflict is shown."""

    def shown(field: str, value: Any) -> str:
        if value is None:
            return _("none")
        if field in ("shipping", "discount") and isinstance(value, int):
            return store.get_store().money(value, currency)
        parts = [str(part) for part in value.values() if part] if isinstance(value, dict) else [str(value)]
        return ", ".join(parts) or _("none")

    return shown
