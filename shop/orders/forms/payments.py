"""The form of a payment."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.fields.choice import ChoiceField
from shop.fields.text import LineField
from shop.fields.typed_field import extend_form
from shop.idempotency import IdempotentForm
from shop.orders.models.order import Order
from shop.settings.money_field import MoneyField

METHODS = [
    SelectChoice(stored, label)
    for stored, label in {
        "cash": _l("Cash"),
        "card": _l("Card"),
        "bank transfer": _l("Bank transfer"),
        "other": _l("Other"),
    }.items()
]
ENTER_AN_AMOUNT = _l("Enter an amount.")


class PaymentForm(IdempotentForm):
    """A payment that was received."""

    amount: MoneyField

    method = ChoiceField(
        _l("Payment method"), choices=METHODS, validators=[InputRequired(_l("Choose a payment method."))]
    )
    reference = LineField(_l("Reference"), most=100)


def payment_form(order: Order, **shown: Any) -> PaymentForm:
    """Return the form for a payment in the order's currency; `shown` are its initial values."""
    amount = MoneyField(_l("Amount"), least=1, currency=order.currency, required=ENTER_AN_AMOUNT)
    return extend_form(PaymentForm, amount=amount)(data=shown)
