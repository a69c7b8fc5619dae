"""The forms of the stock pages."""

from collections.abc import Iterable
from typing import Any, TypeVar

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from shop.catalogue.models.product import Variant
from shop.edit_conflicts import EditForm
from shop.fields.choice import ChoiceField
from shop.fields.numbers import WholeNumberField
from shop.fields.text import LineField
from shop.fields.typed_field import extend_form
from shop.idempotency import INCOMPLETE_FORM, IdempotentForm
from shop.stock.ledger import MOST, StaleCount, StockOutOfRange
from shop.stock.models.movement import Reason

# What a person may give as the reason of a change; a count is a count, and the others are the orders' own.
REASONS = {
    Reason.RECEIVED: "Received",
    Reason.CORRECTION: "Correction",
    Reason.DAMAGED: "Damaged",
    Reason.LOST: "Lost",
    Reason.RETURNED: "Returned",
}
CHOICES = [SelectChoice("", "Choose a reason"), *(SelectChoice(reason, words) for reason, words in REASONS.items())]
NOTE = "Note, if there is something to say"
NOT_ZERO = "Enter a number other than 0."
NOTHING_TYPED = "Type a number beside at least one product."


class AdjustmentField(WholeNumberField):
    """So many more, or fewer with a minus."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        render_kw = {"inputmode": "text", "autocomplete": "off"}
        super().__init__(label, least=-MOST, most=MOST, render_kw=render_kw, **kwargs)

    def read(self, text: str) -> int:
        """Return the number."""
        number = super().read(text)
        if number == 0:
            raise ValueError(NOT_ZERO)
        return number


class SeenField(WholeNumberField):
    """What was on hand when a page was shown; nobody types it."""

    widget: Any = HiddenInput()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=INCOMPLETE_FORM, least=-MOST, most=MOST, render_kw={}, **kwargs)

    def read(self, text: str) -> int:
        """Return the number."""
        try:
            return super().read(text)
        except ValueError as error:
            raise ValueError(INCOMPLETE_FORM) from error

    def correct(self, on_hand: int, counted: WholeNumberField) -> str:
        """Carry what is on hand by now, and give the sentence about it.

        What was counted is told, and stands in its field no more: Enter for something else would save it.
        """
        seen, self.data, self.raw_data = self.data, on_hand, None
        typed, counted.data, counted.raw_data = counted.data, None, None
        moved = f"Stock moved while you counted: {on_hand:,} are on hand now, not {seen:,}."
        return f"{moved} You typed {typed:,}; look again, and type what is right now."


class AdjustmentForm(IdempotentForm):
    """So many more, or fewer."""

    delta = AdjustmentField("Add, or take away with a minus", required="Enter how many came or went, such as 12 or -3.")
    reason = ChoiceField("Reason", choices=CHOICES, validators=[InputRequired("Choose a reason.")])
    note = LineField(NOTE, most=500)


class CountForm(IdempotentForm):
    """What was counted, and what stood on the screen then."""

    counted = WholeNumberField("Counted on the shelf", least=0, most=MOST, required="Enter what you counted.")
    note = LineField(NOTE, most=500, id="count-note")
    seen = SeenField()


class BulkStockForm(IdempotentForm):
    """What is typed beside many variants and saved at one press: `units-<id>` for each, see make_bulk_form()."""

    note = LineField("Note", most=500)

    def typed(self) -> dict[int, int]:
        """Return what was typed, by variant id; nothing for those beside which nothing was."""
        return {one: number for one, number in self._numbers("units-").items() if number is not None}

    def refuse(self, variant_id: int, refusal: StockOutOfRange | StaleCount) -> None:
        """Say beside a variant why what was typed there cannot be."""
        seen, units = self._fields.get(f"seen-{variant_id}"), self._fields[f"units-{variant_id}"]
        sentence = seen.correct(refusal.on_hand, units) if seen and isinstance(refusal, StaleCount) else str(refusal)
        units.errors = [sentence]

    def validate(self, extra_validators: None = None) -> bool:
        """Say whether it can be saved; something must be."""
        fits: bool = super().validate(extra_validators)
        if fits and not self.typed():
            self.form_errors.append(NOTHING_TYPED)
        return fits and bool(self.typed())

    def _numbers(self, prefix: str) -> dict[int, Any]:
        found = {name: one.data for name, one in self._fields.items() if name.startswith(prefix)}
        return {int(name.removeprefix(prefix)): data for name, data in found.items()}


class BulkAdjustmentForm(BulkStockForm):
    """So many more or fewer of each, all for one reason."""

    is_count = False

    reason = ChoiceField("Reason", choices=CHOICES, validators=[InputRequired("Choose a reason.")])

    @staticmethod
    def row(variant: Variant, words: str) -> dict[str, Any]:
        """Return the fields of one variant, by name."""
        return {f"units-{variant.id}": AdjustmentField(f"Change {words} by")}


class BulkCountForm(BulkStockForm):
    """What was counted of each, and what stood beside it then."""

    is_count = True

    @staticmethod
    def row(variant: Variant, words: str) -> dict[str, Any]:
        """Return the fields of one variant, by name."""
        units = WholeNumberField(f"Counted of {words}", most=MOST)
        return {f"units-{variant.id}": units, f"seen-{variant.id}": SeenField(default=variant.on_hand)}

    def seen(self) -> dict[int, int]:
        """Return what stood beside each, by variant id."""
        return self._numbers("seen-")


AnyBulkForm = TypeVar("AnyBulkForm", BulkAdjustmentForm, BulkCountForm)


def make_bulk_form(kind: type[AnyBulkForm], variants: Iterable[Variant]) -> AnyBulkForm:
    """Make the form in which numbers are typed beside these variants."""
    rows = [kind.row(one, f"{one.product.title} {one.title}".strip()) for one in variants]
    return extend_form(kind, **{name: field for row in rows for name, field in row.items()})()


class ThresholdForm(EditForm):
    """From how many on this variant is low; empty for the store's own threshold."""

    low_stock: Any = WholeNumberField("Low from", most=1_000_000)
