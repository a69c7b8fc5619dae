"""Amending an order that was taken: its lines, its addresses, its shipping and discount."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.customers.models.customer import ADDRESS_FIELDS
from shop.edit_conflicts import EditForm, Merge
from shop.orders import altering, browsing, drafting, standing
from shop.orders.altering import Alteration, Refused
from shop.orders.browsing import get_locked, get_order
from shop.orders.dealing import done, undo
from shop.orders.drafting import Gone
from shop.orders.fields import put
from shop.orders.goods import OutOfStock, name_of
from shop.orders.order import Order, OrderLine
from shop.orders.placing import DraftLine
from shop.orders.sheet import SheetForm, in_currency
from shop.orders.taking import press_lines, reasons, sheet_page, unadded
from shop.orders.totals import TooLarge
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.settings import store
from shop.web.request_info import get_request_info

amending = Blueprint("amending", __name__)
amending.url_defaults(browsing.LIST.carry)

BOTH = ("delivery", "billing")
LINE = re.compile(r"line-\d{1,10}", re.ASCII)

NAMES = {"email": "E-mail address"}
GONE = "{}: somebody took this line off the order meanwhile. Look at the order, and save again."


class ChangedSheet(SheetForm, EditForm):
    """An order that is changed; each quantity is a field of its own for whoever changes the order at the same time."""

    def values(self) -> dict[str, Any]:
        """Give what was typed over the order, by field."""
        typed = {name: self[name].data for name in ("email", "shipping_method", "discount_code")}
        money = {name: self[name].data or 0 for name in ("shipping", "discount")}
        homes = {"delivery": dict(self.delivery.data), "billing": self.billed_to()}
        return {**{quantity_of(line): number for line, number in self.quantities().items()}, **typed, **money, **homes}

    def _show(self, merged: Merge) -> None:
        """Show these values, such as what only others changed; see EditForm. A line and an address have own fields."""
        lines = {quantity_of(one.form.line.data): one.form.quantity for one in self.lines.entries if one.form.line.data}
        here = {**self._fields, **lines}
        values = {"delivery": dict(self.delivery.data), "billing": self.billed_to(), **merged.values}
        for name in values.keys() & here.keys():
            fields = here[name].form if name in BOTH else {name: here[name]}
            for part, new in (values[name] if name in BOTH else {name: values[name]}).items():
                if (fields[part].data or None) != (new or None):
                    put(fields[part], new)
        put(self.same, values["billing"] == values["delivery"])

    def seen(self) -> set[int]:
        """Give the lines that were on the order when its sheet was shown, by id."""
        return {int(name.removeprefix("line-")) for name in self._before() if LINE.fullmatch(name)}

    def drop_gone(self, order: Order) -> list[str]:
        """Drop the lines that somebody else took off the order; names those whose quantity was changed here."""
        here, before = {line.id for line in order.lines}, self._before()
        gone = [one for one in self.lines.entries if one.form.line.data and one.form.line.data not in here]
        for one in gone:
            self.lines.entries.remove(one)
        changed = [
            one.form for one in gone if one.form.quantity.data not in (0, before.get(quantity_of(one.form.line.data)))
        ]
        return [GONE.format(one.title.data or "A line") for one in changed]

    def catch_up(self, order: Order) -> None:
        """Put on the sheet what somebody else put on the order."""
        here = self.quantities()
        for line in order.lines:
            if line.id not in here:
                self.add(**on_sheet(line))


@amending.get("/orders/<id:number>/edit")
@needs(Role.OWNER, Role.STAFF)
def edit_order(number: int) -> ResponseReturnValue:
    """Show the sheet of an order, to change it."""
    order = get_order(number)
    return changed_page(order, changed_sheet(order))


@amending.post("/orders/<id:number>/edit/draft")
@needs(Role.OWNER, Role.STAFF)
def change_edit(number: int) -> ResponseReturnValue:
    """Show the sheet with what was looked for, added or taken off, and its new total; nothing is kept."""
    order = get_order(number)
    form = changed_sheet(order)
    found = press_lines(form)
    form.validate()
    return changed_page(order, form, faults=form.drop_gone(order), found=found)


@amending.post("/orders/<id:number>/edit")
@needs(Role.OWNER, Role.STAFF)
def save_order(number: int) -> ResponseReturnValue:
    """Write what was changed over the order as it is now, unless somebody else changed the same."""
    order = get_locked(number)
    form = changed_sheet(order)
    is_typed, found = form.validate(), unadded(form)
    if not is_typed or found is not None:
        return changed_page(order, form, found=found), 422
    seen, gone = form.seen(), form.drop_gone(order)
    merge = form.settle(order.version, values_of(order), request.form)
    if merge.conflicts or gone:
        undo()
        form.catch_up(order)
        return changed_page(order, form, faults=gone, clashes=merge.conflicts), 409
    try:
        change(order, merge.values, drafting.lines_of(drafting.unmet(order, form.new_rows(), seen)))
    except (OutOfStock, Gone, TooLarge, Refused) as refusal:
        undo()
        return changed_page(order, form, faults=reasons(refusal)), 409 if isinstance(refusal, OutOfStock) else 422
    told = f"The order is changed. Its total is {store.get_store().money(order.total, order.currency)}."
    return done(number, told if form.new_rows() else form.told(told))


def change(order: Order, values: dict[str, Any], added: list[DraftLine]) -> None:
    """Carry a change of an order out. Raises OutOfStock, TooLarge and Refused."""
    by = {"by": current_user.address, "visit": get_request_info()}
    wanted = Alteration(
        quantities={line.id: values[quantity_of(line.id)] for line in order.lines if quantity_of(line.id) in values},
        added=added,
        **{name: values[name] for name in ("shipping", "shipping_method", "discount", "discount_code")},
    )
    altering.alter(order.id, wanted, version=order.version, **by)
    altering.change_details(order, values, **by)


def changed_page(order: Order, form: ChangedSheet, *, faults: Sequence[str] = (), **more: Any) -> str:
    """Show the sheet of an order that is there."""
    lines = {line.id: line for line in order.lines}
    labels = {**NAMES, **{quantity_of(line.id): f"Units of {name_of(line)}" for line in order.lines}}
    facts = standing.facts(order)
    values = form.decided(values_of(order), request.form)
    kept = drafting.kept(order, {line.id: values.get(quantity_of(line.id), line.quantity) for line in order.lines})
    sums = {name: values[name] for name in ("shipping", "discount")}
    about = {"order": order, "lines": lines, "labels": labels, "facts": facts, "show": shown_in(order.currency)}
    return sheet_page("edit_order", form, order, faults, kept, sums=sums, **about, **more)


def shown_in(currency: str) -> Callable[[str, Any], str]:
    """Give what writes a field's value for the choice between two people's."""

    def shown(field: str, value: Any) -> str:
        if value is None:
            return "nothing"
        if field in ("shipping", "discount") and isinstance(value, int):
            return store.get_store().money(value, currency)
        parts = [str(part) for part in value.values() if part] if isinstance(value, dict) else [str(value)]
        return ", ".join(parts) or "nothing"

    return shown


def changed_sheet(order: Order) -> ChangedSheet:
    """Make the sheet of an order that is there, as it is now where nothing was typed."""
    values = values_of(order)
    data = {**values, "same": values["billing"] == values["delivery"], "lines": [on_sheet(one) for one in order.lines]}
    form: ChangedSheet = in_currency(ChangedSheet, order.currency)(data=data)
    if not form.is_submitted():
        form.start(order.version, values)
    return form


def values_of(order: Order) -> dict[str, Any]:
    """Give what can be changed of an order, as plain values."""
    plain = {name: getattr(order, name) for name in ("email", "shipping_method", "discount_code")}
    money = {name: getattr(order, name) for name in ("shipping", "discount")}
    homes = {name: {part: getattr(order, name).get(part) or "" for part in ADDRESS_FIELDS} for name in BOTH}
    return {**{quantity_of(line.id): line.quantity for line in order.lines}, **plain, **money, **homes}


def quantity_of(line_id: int) -> str:
    """Give the name under which a line's quantity is compared."""
    return f"line-{line_id}"


def on_sheet(line: OrderLine) -> dict[str, Any]:
    """Give a line of an order as the sheet shows it."""
    return {"line": line.id, "variant": line.variant_id, "title": line.title, "quantity": line.quantity}
