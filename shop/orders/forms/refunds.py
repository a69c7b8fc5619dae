"""The form of a refund: units to remove or return, what is restocked, and the amount."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from shop.fields.text import LineField
from shop.fields.typed_field import extend_form
from shop.idempotency import IdempotentForm
from shop.orders.balance import OrderBalance
from shop.orders.forms.fields import line_label, make_unit_fields, typed_units
from shop.orders.models.order import Order
from shop.settings.money_field import MoneyField


class RefundForm(IdempotentForm):
    """Items and money to refund; `worked_out` is what the amount on the button was calculated from."""

    shipping: MoneyField
    amount: MoneyField

    worked_out = HiddenField()
    reason = LineField(_l("Reason"), most=200)

    def goods(self) -> str:
        """Return the selected items and shipping as a text that changes when any of them does."""
        restock = restocked_lines(self)
        chosen = [f"{line}:{units}:{'+' if line in restock else '-'}" for line, units in typed_units(self).items()]
        return f"{' '.join(chosen)} {self.shipping.data or 0}"

    def basis(self) -> str:
        """Return all that the button stands for as a text."""
        return f"{self.goods()}|{self.amount.data}"

    def worked_out_goods(self) -> str:
        """Return the items that the button stood for when it was shown."""
        return (self.worked_out.data or "").rpartition("|")[0]


def refund_form(order: Order, facts: OrderBalance, **shown: Any) -> RefundForm:
    """Return the form for a refund, with units and a restock box for each line that can be refunded."""
    lines = {line: one for line, one in facts.lines.items() if one.refundable}
    units = make_unit_fields(order, lines)
    ticks = {
        f"restock-{line}": BooleanField(_("Restock %(item)s", item=line_label(order, line)))
        for line, one in lines.items()
        if one.restockable
    }
    shipping = MoneyField(_l("Refund shipping"), currency=order.currency)
    amount = MoneyField(_l("Refund amount"), currency=order.currency)
    preset = {**dict.fromkeys(units, 0), **dict.fromkeys(ticks, True), "shipping": 0}
    return extend_form(RefundForm, **units, **ticks, shipping=shipping, amount=amount)(data={**preset, **shown})


def restocked_lines(form: FlaskForm) -> set[int]:
    """Return the ids of the lines whose units are restocked."""
    ticked = [name for name, field in form._fields.items() if name.startswith("restock-") and field.data]
    return {int(name.removeprefix("restock-")) for name in ticked}
