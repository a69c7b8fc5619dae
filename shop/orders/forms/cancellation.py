"""The form of a cancellation: its reason, and what happens to goods and money."""

from typing import Any

from flask_babel import lazy_gettext as _l
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
    SelectChoice(stored, label)
    for stored, label in {
        "The customer changed their mind": _l("Customer changed their mind"),
        "Out of stock": _l("Out of stock"),
        "Not paid": _l("Not paid"),
        "A mistake in the order": _l("Mistake in the order"),
        "Fraud": _l("Fraud"),
        "Another reason": _l("Other reason"),
    }.items()
]
ENTER_OR_NONE = _l("Enter an amount, or 0 for no refund.")


class CancellationForm(IdempotentForm):
    """Why an order is cancelled, and what happens to its goods and its money."""

    amount: MoneyField

    reason = ChoiceField(_l("Reason"), choices=REASONS, validators=[InputRequired(_l("Choose a reason."))])
    detail = LineField(_l("Details (optional)"), most=150)
    restock = BooleanField(_l("Restock unshipped items"))

    def in_words(self) -> str:
        """Return the reason and its details on one line, as they are stored."""
        return f"{self.reason.data}: {self.detail.data}" if self.detail.data else str(self.reason.data)


def cancellation_form(order: Order, **shown: Any) -> CancellationForm:
    """Return the form for cancelling an order."""
    amount = MoneyField(_l("Refund"), currency=order.currency, required=ENTER_OR_NONE)
    return extend_form(CancellationForm, amount=amount)(data=shown)
