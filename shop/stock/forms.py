"""The forms of the stock pages."""

from collections.abc import Iterable
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import HiddenInput

from shop.catalogue.models.product import Variant
from shop.edit_conflicts import EditForm
from shop.fields.choice import ChoiceField
from shop.fields.numbers import WholeNumberField
from shop.fields.required import Required
from shop.fields.text import LineField
from shop.fields.typed_field import Text, extend_form
from shop.idempotency import INCOMPLETE_FORM, IdempotentForm
from shop.stock.labels import REASON_LABELS
from shop.stock.ledger import MOST, StaleCount, StockOutOfRange
from shop.stock.models.movement import Reason

# The reasons that a person may choose; a count is always COUNTED, and orders write the others.
REASONS = (Reason.RECEIVED, Reason.CORRECTION, Reason.DAMAGED, Reason.LOST, Reason.RETURNED)
CHOICES = [SelectChoice("", _l("Choose a reason")), *(SelectChoice(one, REASON_LABELS[one]) for one in REASONS)]
NO_REASON = _l("Choose a reason.")
NOTE = _l("Note (optional)")
NOT_ZERO = _l("Enter a number other than 0.")
NOTHING_TYPED = _l("Enter a number for at least one variant.")


class AdjustmentField(WholeNumberField):
    """A number of units to add, or with a minus to remove."""

    def __init__(self, label: Text = "", **kwargs: Any) -> None:
        render_kw = {"inputmode": "text", "autocomplete": "off"}
        super().__init__(label, least=-MOST, most=MOST, render_kw=render_kw, **kwargs)

    def parse_value(self, text: str) -> int:
        """Return the number."""
        number = super().parse_value(text)
        if number == 0:
            raise ValueError(str(NOT_ZERO))
        return number


class SeenField(WholeNumberField):
    """What was on hand when a page was shown; a hidden field."""

    widget: Any = HiddenInput()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=INCOMPLETE_FORM, least=-MOST, most=MOST, render_kw={}, **kwargs)

    def parse_value(self, text: str) -> int:
        """Return the number."""
        try:
            return super().parse_value(text)
        except ValueError as error:
            raise ValueError(str(INCOMPLETE_FORM)) from error

    def correct(self, on_hand: int, counted: WholeNumberField) -> str:
        """Carry what is on hand now, and return the sentence about it.

        It quotes what was counted, and the field is emptied: Enter in another field would save the old count.
        """
        seen, self.data, self.raw_data = self.data, on_hand, None
        typed, counted.data, counted.raw_data = counted.data, None, None
        return _(
            "Stock changed while you were counting: %(now)s on hand now, not %(seen)s. "
            "You entered %(counted)s. Check and enter the quantity again.",
            now=f"{on_hand:,}",
            seen=f"{seen:,}",
            counted=f"{typed:,}",
        )


class AdjustmentForm(IdempotentForm):
    """Units to add or remove, with a reason."""

    delta = AdjustmentField(_l("Quantity (use − to remove)"), required=_l("Enter a quantity, such as 12 or −3."))
    reason = ChoiceField(_l("Reason"), choices=CHOICES, validators=[Required(NO_REASON)])
    note = LineField(NOTE, most=500)


class CountForm(IdempotentForm):
    """What was counted, and what the page showed then."""

    counted = WholeNumberField(
        _l("Quantity counted"), least=0, most=MOST, required=_l("Enter the quantity you counted.")
    )
    note = LineField(NOTE, most=500, id="count-note")
    seen = SeenField()


class BulkStockForm(IdempotentForm):
    """What is entered beside many variants and saved with one click: `units-<id>` for each, see make_bulk_form()."""

    note = LineField(NOTE, most=500)

    def typed(self) -> dict[int, int]:
        """Return the numbers that were entered, by variant id."""
        return {one: number for one, number in self._numbers("units-").items() if number is not None}

    def refuse(self, variant_id: int, refusal: StockOutOfRange | StaleCount) -> None:
        """Say beside a variant why its number is refused."""
        seen, units = self._fields.get(f"seen-{variant_id}"), self._fields[f"units-{variant_id}"]
        sentence = seen.correct(refusal.on_hand, units) if seen and isinstance(refusal, StaleCount) else str(refusal)
        units.errors = [sentence]

    def validate(self, extra_validators: None = None) -> bool:
        """Say whether the form can be saved; at least one number is needed."""
        is_valid: bool = super().validate(extra_validators)
        if is_valid and not self.typed():
            self.form_errors.append(str(NOTHING_TYPED))
        return is_valid and bool(self.typed())

    def _numbers(self, prefix: str) -> dict[int, Any]:
        found = {name: one.data for name, one in self._fields.items() if name.startswith(prefix)}
        return {int(name.removeprefix(prefix)): data for name, data in found.items()}


class BulkAdjustmentForm(BulkStockForm):
    """Units to add to each variant or remove, all for one reason."""

    is_count = False

    reason = ChoiceField(_l("Reason"), choices=CHOICES, validators=[Required(NO_REASON)])

    @staticmethod
    def row(variant: Variant, words: str) -> dict[str, Any]:
        """Return the fields of one variant, by name."""
        return {f"units-{variant.id}": AdjustmentField(_("Adjust %(product)s by", product=words))}


class BulkCountForm(BulkStockForm):
    """What was counted of each variant, and what the page showed then."""

    is_count = True

    @staticmethod
    def row(variant: Variant, words: str) -> dict[str, Any]:
        """Return the fields of one variant, by name."""
        units = WholeNumberField(_("Counted quantity of %(product)s", product=words), most=MOST)
        return {f"units-{variant.id}": units, f"seen-{variant.id}": SeenField(default=variant.on_hand)}

    def seen(self) -> dict[int, int]:
        """Return the on-hand numbers that the page showed, by variant id."""
        return self._numbers("seen-")


AnyBulkForm = TypeVar("AnyBulkForm", BulkAdjustmentForm, BulkCountForm)


def make_bulk_form(kind: type[AnyBulkForm], variants: Iterable[Variant]) -> AnyBulkForm:
    """Return the form in which numbers are entered beside these variants."""
    rows = [kind.row(one, f"{one.product.title} {one.title}".strip()) for one in variants]
    return extend_form(kind, **{name: field for row in rows for name, field in row.items()})()


class ThresholdForm(EditForm):
    """The number at which this variant is low; empty for the store's default."""

    low_stock: Any = WholeNumberField(_l("Low-stock alert at"), most=1_000_000)
