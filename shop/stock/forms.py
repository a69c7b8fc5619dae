"""What is typed about stock."""

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from shop.editing import EditForm
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
# None that the orders give to what they move: theirs have a colon.
KEY = re.compile(r"[A-Za-z0-9_-]{1,22}")
NO_KEY = "This form cannot be used as it is. Open the page again."


class MovementForm(FlaskForm):
    """What each change of stock carries: a note, and the one-time token that makes a second press of it do nothing."""

    note = LineField("Note, if there is something to say", most=500)
    key = HiddenField()

    def validate_key(self, field: HiddenField) -> None:
        if not KEY.fullmatch(field.data or ""):
            raise ValidationError(NO_KEY)


class AdjustForm(MovementForm):
    """So many more, or fewer."""

    delta = WholeNumberField(
        "Add, or take away with a minus",
        least=-MOST,
        most=MOST,
        required="Enter how many came or went, such as 12 or -3.",
        render_kw={"inputmode": "text", "autocomplete": "off"},
    )
    reason = SelectField("Reason", choices=CHOICES, validators=[InputRequired("Choose a reason.")])

    def validate_delta(self, field: WholeNumberField) -> None:
        if field.data == 0:
            raise ValidationError("Enter a number other than 0.")


class CountForm(MovementForm):
    """What was counted, and what stood on the screen then."""

    counted = WholeNumberField("Counted on the shelf", least=0, most=MOST, required="Enter what you counted.")
    note = LineField("Note, if there is something to say", most=500, id="count-note")
    seen = HiddenField()

    def validate_seen(self, field: HiddenField) -> None:
        digits = (field.data or "").removeprefix("-")
        if not digits.isdecimal() or len(digits) > len(str(MOST)):
            raise ValidationError(NO_KEY)


class ThresholdForm(EditForm):
    """From how many on this variant is low; empty for the store's own threshold."""

    low_stock: Any = WholeNumberField("Low from", most=1_000_000)
