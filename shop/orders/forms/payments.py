"""The form of a payment."""

from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.fields.choice import ChoiceField
from shop.fields.text import LineField
from shop.fields.typed_field import extend_form
from shop.idempotency import IdempotentForm
from shop.orders.models.order import Order
from shop.settings.money_field import MoneyField

METHODS = [SelectChoice(one, one.capitalize()) for one in ("cash", "card", "bank transfer", "other")]
ENTER_AN_AMOUNT = "Enter an amount."


class PaymentForm(IdempotentForm):
    """Money that came in."""

    amount: MoneyField

    method = ChoiceField("How it was paid", choices=METHODS, validators=[InputRequired("Choose how it was paid.")])
    reference = LineField("Reference", most=100)


def payment_form(order: Order, **shown: Any) -> PaymentForm:
    """Make the form for a payment in the order's currency; `shown` is what stands in it at first."""
    amount = MoneyField("Amount", least=1, currency=order.currency, required=ENTER_AN_AMOUNT)
    return extend_form(PaymentForm, amount=amount)(data=shown)
