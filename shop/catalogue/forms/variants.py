"""The forms of a variant: its prices, codes, weight and option values."""

from collections.abc import Sequence
from typing import Any, Self

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from shop.catalogue import weights
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product
from shop.edit_conflicts import EditForm
from shop.fields.choice import ChoiceField
from shop.fields.numbers import WholeNumberField
from shop.fields.parsers import refuse_barcode
from shop.fields.text import LineField
from shop.fields.typed_field import TypedField
from shop.idempotency import IdempotentForm
from shop.settings import store
from shop.settings.models.store import GRAMS_PER_UNIT
from shop.settings.money_field import MoneyField

MOST_LOW = 1_000_000


class WeightField(TypedField):
    """A weight in whole grams, typed in the unit that the form was shown with; 0 where empty."""

    empty = 0

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": {"inputmode": "decimal"}, **kwargs})
        self.unit = ""

    def read(self, text: str) -> int:
        """Return grams."""
        here = store.get_store()
        refuse_barcode(text)
        return weights.parse_weight(text, self.unit or here.weight_unit, here.locale)

    def write(self, data: Any) -> str:
        """Return grams in the unit."""
        return weights.format_weight(data, self.unit or store.get_store().weight_unit) if data else ""


class VariantDetailsForm(EditForm):
    """At what price a variant is sold, and how it is told apart."""

    price = MoneyField("Price", required="Enter a price.")
    compare_at = MoneyField("Compare-at price")
    cost = MoneyField("Cost per item")
    sku = LineField("SKU")
    barcode = LineField("Barcode")
    weight = WeightField("Weight")
    low_stock = WholeNumberField("Low stock from", most=MOST_LOW)
    taxable = BooleanField("Charge tax", default=True)
    requires_shipping = BooleanField("Needs shipping", default=True)
    continue_selling = BooleanField("Continue selling when out of stock")
    unit = HiddenField()

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Read the weight in the unit that stood beside it, should the store's have changed in between."""
        posted = self.meta.wrap_formdata(self, formdata)
        typed = posted.get("unit") if posted else None
        self.weight.unit = typed if typed in GRAMS_PER_UNIT else store.get_store().weight_unit
        super().process(posted, *args, **kwargs)
        self.unit.data = self.weight.unit


class VariantForm(VariantDetailsForm):
    """One variant of a product that has several."""

    value1 = LineField()
    value2 = LineField()
    value3 = LineField()
    picture_id = ChoiceField("Picture", coerce=int, validators=[InputRequired("Choose a picture, or none.")])

    def fit(self, product: Product, pictures: Sequence[Picture]) -> Self:
        """Ask for the product's own options, and offer its own pictures."""
        for field, name in zip((self.value1, self.value2, self.value3), product.options, strict=False):
            field.label.text, field.required = name, f"Enter a value for {name}."
        offered = [(one.id, f"{place}. {one.alt or 'without words'}"[:60]) for place, one in enumerate(pictures, 1)]
        self.picture_id.choices = [(0, "None of its own"), *offered]
        return self

    def values(self) -> dict[str, Any]:
        """Return what was typed; no picture is None."""
        return {**super().values(), "picture_id": self.picture_id.data or None}


class NewVariantForm(VariantForm, IdempotentForm):
    """One more variant."""
