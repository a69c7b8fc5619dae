"""What the staff type to deal with the money and the parcels of an order.

How much there is to pay, send or give back is the rules' to say, so that a second press, which finds less of it, is
known as what it is.
"""

from typing import Any
from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.edit_conflicts import EditForm
from shop.fields.choice import ChoiceField
from shop.fields.numbers import WholeNumberField
from shop.fields.text import LineField, LongTextField
from shop.fields.typed_field import extend_form
from shop.idempotency import IdempotentForm
from shop.orders.order import Order
from shop.orders.standing import Facts
from shop.settings.money_field import MoneyField

METHODS = [SelectChoice(one, one.capitalize()) for one in ("cash", "card", "bank transfer", "other")]
REASONS = [
    SelectChoice(one, one)
    for one in (
        "The customer changed their mind",
        "Out of stock",
        "Not paid",
        "A mistake in the order",
        "Fraud",
        "Another reason",
    )
]
NOT_A_LINK = "Enter an address that begins with https:// or http://."
ENTER_AN_AMOUNT = "Enter an amount."
ENTER_OR_NONE = "Enter an amount; 0 for none."


class LinkField(LineField):
    """The address of a page elsewhere, of http or https alone, as it becomes a link."""

    def read(self, text: str) -> str:
        """Give the address."""
        link = super().read(text)
        try:
            parts = urlsplit(link)
            is_link = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            is_link = False
        if not is_link or not link.isprintable() or any(c in ' "<>\\' for c in link):
            raise ValueError(NOT_A_LINK)
        return link


class PaymentForm(IdempotentForm):
    """Money that came in."""

    amount: MoneyField

    method = ChoiceField("How it was paid", choices=METHODS, validators=[InputRequired("Choose how it was paid.")])
    reference = LineField("Reference", most=100)


class ShipmentForm(IdempotentForm):
    """A parcel; its units are fields of their own, one for each line, see units_of()."""

    carrier = LineField("Carrier", most=100)
    tracking = LineField("Tracking number", most=100)
    tracking_url = LinkField("Tracking page", most=500)
    letter = BooleanField("Send the customer a letter")


class TrackingForm(EditForm):
    """How a parcel that left can be followed."""

    carrier = LineField("Carrier", most=100)
    tracking = LineField("Tracking number", most=100)
    tracking_url = LinkField("Tracking page", most=500)


class LetterForm(IdempotentForm):
    """The letter about a parcel, to be changed before it leaves."""

    subject = LineField("Subject", most=150, required="Enter a subject.")
    text = LongTextField("Text", most=10_000, required="Enter the text of the letter.")


class RefundForm(IdempotentForm):
    """Goods that come back and money that goes back; `worked_out` is what the sum on the button was made from."""

    shipping: MoneyField
    amount: MoneyField

    worked_out = HiddenField()
    reason = LineField("Reason", most=200)

    def goods(self) -> str:
        """Put the goods and the shipping that were chosen into words which change when any of them does."""
        restock = restocked(self)
        chosen = [f"{line}:{units}:{'+' if line in restock else '-'}" for line, units in units_of(self).items()]
        return f"{' '.join(chosen)} {self.shipping.data or 0}"

    def basis(self) -> str:
        """Put all that the button stands for into words."""
        return f"{self.goods()}|{self.amount.data}"

    def worked_out_goods(self) -> str:
        """Give the goods that the button stood for when it was shown."""
        return (self.worked_out.data or "").rpartition("|")[0]


class CancellationForm(IdempotentForm):
    """Why an order is cancelled, and what happens to its goods and its money."""

    amount: MoneyField

    reason = ChoiceField("Reason", choices=REASONS, validators=[InputRequired("Choose a reason.")])
    detail = LineField("In your own words", most=150)
    restock = BooleanField("Put what was not sent back on sale")

    def in_words(self) -> str:
        """Give the reason, and what was said of it, on one line."""
        return f"{self.reason.data}: {self.detail.data}" if self.detail.data else str(self.reason.data)


def payment_form(order: Order, **shown: Any) -> PaymentForm:
    """Make the form for a payment in the order's currency; `shown` is what stands in it at first."""
    amount = MoneyField("Amount", least=1, currency=order.currency, required=ENTER_AN_AMOUNT)
    return extend_form(PaymentForm, amount=amount)(data=shown)


def shipment_form(order: Order, facts: Facts, **shown: Any) -> ShipmentForm:
    """Make the form for a parcel, with a field for each line that has units to send, preset to all of them."""
    units = {line: one.to_ship for line, one in facts.lines.items() if one.to_ship}
    preset = {f"units-{line}": number for line, number in units.items()}
    return extend_form(ShipmentForm, **_unit_fields(order, units))(data={**preset, **shown})


def refund_form(order: Order, facts: Facts, **shown: Any) -> RefundForm:
    """Make the form for a refund, with units and a restock tick for each line of which some can come back."""
    lines = {line: one for line, one in facts.lines.items() if one.refundable}
    units = _unit_fields(order, lines)
    ticks = {
        f"restock-{line}": BooleanField(f"Back on sale: {_name(order, line)}")
        for line, one in lines.items()
        if one.restockable
    }
    shipping = MoneyField("Shipping to give back", currency=order.currency)
    amount = MoneyField("Amount to give back", currency=order.currency)
    preset = {**dict.fromkeys(units, 0), **dict.fromkeys(ticks, True), "shipping": 0}
    return extend_form(RefundForm, **units, **ticks, shipping=shipping, amount=amount)(data={**preset, **shown})


def cancellation_form(order: Order, **shown: Any) -> CancellationForm:
    """Make the form for cancelling an order."""
    amount = MoneyField("Money to give back", currency=order.currency, required=ENTER_OR_NONE)
    return extend_form(CancellationForm, amount=amount)(data=shown)


def units_of(form: FlaskForm) -> dict[int, int]:
    """Give the units that were typed, by line id, where there are any."""
    typed = {name: field.data for name, field in form._fields.items() if name.startswith("units-")}
    return {int(name.removeprefix("units-")): number for name, number in typed.items() if number}


def restocked(form: FlaskForm) -> set[int]:
    """Give the lines whose units go back on sale, by id."""
    ticked = [name for name, field in form._fields.items() if name.startswith("restock-") and field.data]
    return {int(name.removeprefix("restock-")) for name in ticked}


def put(field: Field, data: Any) -> None:
    """Have a field show this, whatever was typed into it."""
    field.data, field.raw_data, field.process_errors = data, None, []


def _unit_fields(order: Order, line_ids: Any) -> dict[str, WholeNumberField]:
    return {f"units-{line}": WholeNumberField(f"Units of {_name(order, line)}") for line in line_ids}


def _name(order: Order, line_id: int) -> str:
    return next(f"{line.title} {line.variant_title}".strip() for line in order.lines if line.id == line_id)
