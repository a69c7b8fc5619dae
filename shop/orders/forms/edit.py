"""The form that edits an order; each quantity is a field of its own when two people edit it."""

import re
from typing import Any

from flask_babel import gettext as _

from shop.customers.models.customer import ADDRESS_FIELDS
from shop.edit_conflicts import EditForm, Merge
from shop.orders.forms.fields import set_value
from shop.orders.forms.order import OrderForm, with_currency
from shop.orders.models.order import Order, OrderLine

ADDRESSES = ("delivery", "billing")
LINE_FIELD = re.compile(r"line-\d{1,10}", re.ASCII)


class EditOrderForm(OrderForm, EditForm):
    """An edit of an order; each quantity is a field of its own when two people edit the order at the same time."""

    def values(self) -> dict[str, Any]:
        """Return the entered values, by field."""
        typed = {name: self[name].data for name in ("email", "shipping_method", "discount_code")}
        money = {name: self[name].data or 0 for name in ("shipping", "discount")}
        homes = {"delivery": dict(self.delivery.data), "billing": self.billed_to()}
        return {
            **{quantity_field(line): number for line, number in self.quantities().items()},
            **typed,
            **money,
            **homes,
        }

    def _show(self, merged: Merge) -> None:
        """Show these values, such as what only others changed; see EditForm. A line and an address have own fields."""
        lines = {
            quantity_field(one.form.line.data): one.form.quantity for one in self.lines.entries if one.form.line.data
        }
        here = {**self._fields, **lines}
        values = {"delivery": dict(self.delivery.data), "billing": self.billed_to(), **merged.values}
        for name in values.keys() & here.keys():
            fields = here[name].form if name in ADDRESSES else {name: here[name]}
            for part, new in (values[name] if name in ADDRESSES else {name: values[name]}).items():
                if (fields[part].data or None) != (new or None):
                    set_value(fields[part], new)
        set_value(self.same, values["billing"] == values["delivery"])

    def seen(self) -> set[int]:
        """Return the ids of the lines that the order had when its form was shown."""
        return {int(name.removeprefix("line-")) for name in self._before() if LINE_FIELD.fullmatch(name)}

    def drop_gone(self, order: Order) -> list[str]:
        """Drop the lines that someone else removed from the order. Returns a sentence for each one edited here."""
        here, before = {line.id for line in order.lines}, self._before()
        gone = [one for one in self.lines.entries if one.form.line.data and one.form.line.data not in here]
        for one in gone:
            self.lines.entries.remove(one)
        changed = [
            one.form
            for one in gone
            if one.form.quantity.data not in (0, before.get(quantity_field(one.form.line.data)))
        ]
        return [
            _(
                "%(item)s: someone else removed this item while you were editing. Review the order and save again.",
                item=one.title.data or _("An item"),
            )
            for one in changed
        ]

    def catch_up(self, order: Order) -> None:
        """Add to the form the lines that someone else added to the order."""
        here = self.quantities()
        for line in order.lines:
            if line.id not in here:
                self.add(**line_values(line))


def edit_order_form(order: Order) -> EditOrderForm:
    """Return the form of an existing order, as the order is now where nothing was entered."""
    values = editable_values(order)
    data = {
        **values,
        "same": values["billing"] == values["delivery"],
        "lines": [line_values(one) for one in order.lines],
    }
    form: EditOrderForm = with_currency(EditOrderForm, order.currency)(data=data)
    if not form.is_submitted():
        form.start(order.version, values)
    return form


def editable_values(order: Order) -> dict[str, Any]:
    """Return the editable values of an order, as JSON keeps them."""
    plain = {name: getattr(order, name) for name in ("email", "shipping_method", "discount_code")}
    money = {name: getattr(order, name) for name in ("shipping", "discount")}
    homes = {name: {part: getattr(order, name).get(part) or "" for part in ADDRESS_FIELDS} for name in ADDRESSES}
    return {**{quantity_field(line.id): line.quantity for line in order.lines}, **plain, **money, **homes}


def quantity_field(line_id: int) -> str:
    """Return the name under which a line's quantity is compared."""
    return f"line-{line_id}"


def line_values(line: OrderLine) -> dict[str, Any]:
    """Return a line of an order as the form shows it."""
    return {"line": line.id, "variant": line.variant_id, "title": line.title, "quantity": line.quantity}
