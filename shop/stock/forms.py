"""What is typed about stock."""

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from shop.editing import EditForm
from shop.pressing import TORN, OnceForm
from shop.settings.fields import LineField, WholeNumberField
from shop.stock.ledger import MOST, Reason

# What a person may give as the reason of a change; a count is a count, and the others are the orders' own.
REASONS = {
    Reason.RECEIVED: "Received",
    Reason.CORRECTION: "Correction",
    Reason.DAMAGED: "Damaged",
    Reason.LOST: "Lost",
    Reason.RETURNED: "Returned",
}
CHOICES = [SelectChoice("", "Choose a reason"), *(SelectChoice(reason, words) for reason, words in REASONS.items())]


class AdjustForm(OnceForm):
    """So many more, or fewer."""

    delta = WholeNumberField(
        "Add, or take away with a minus",
        least=-MOST,
        most=MOST,
        required="Enter how many came or went, such as 12 or -3.",
        render_kw={"inputmode": "text", "autocomplete": "off"},
    )
    reason = SelectField("Reason", choices=CHOICES, validators=[InputRequired("Choose a reason.")])
    note = LineField("Note, if there is something to say", most=500)

    def validate_delta(self, field: WholeNumberField) -> None:
        if field.data == 0:
            raise ValidationError("Enter a number other than 0.")


class CountForm(OnceForm):
    """What was counted, and what stood on the screen then."""

    counted = WholeNumberField("Counted on the shelf", least=0, most=MOST, required="Enter what you counted.")
    note = LineField("Note, if there is something to say", most=500, id="count-note")
    seen = HiddenField()

    def validate_seen(self, field: HiddenField) -> None:
        digits = (field.data or "").removeprefix("-")
        if not digits.isdecimal() or len(digits) > len(str(MOST)):
            raise ValidationError(TORN)


class ThresholdForm(EditForm):
    """From how many on this variant is low; empty for the store's own threshold."""

    low_stock: Any = WholeNumberField("Low from", most=1_000_000)
