"""The form of a cancellation: its reason, and what happens to goods and money."""

from typing import Any

from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.fields.choice import ChoiceField
from shop.fields.text import LineField
from shop.fields.typed_field import extend_form
from shop.idempotency import IdempotentForm
from shop.orders.models.order import Order
from shop.settings.money_field import MoneyField

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
ENTER_OR_NONE = "Enter an amount; 0 for none."


class CancellationForm(IdempotentForm):
    """Why an order is cancelled, and what happens to its goods and its money."""

    amount: MoneyField

    reason = ChoiceField("Reason", choices=REASONS, validators=[InputRequired("Choose a reason.")])
    detail = LineField("In your own words", most=150)
    restock = BooleanField("Put what was not sent back on sale")

    def in_words(self) -> str:
        """Return the reason, and what was said of it, on one line."""
        return f"{self.reason.data}: {self.detail.data}" if self.detail.data else str(self.reason.data)


def cancellation_form(order: Order, **shown: Any) -> CancellationForm:
    """Make the form for cancelling an order."""
    amount = MoneyField("Money to give back", currency=order.currency, required=ENTER_OR_NONE)
    return extend_form(CancellationForm, amount=amount)(data=shown)
