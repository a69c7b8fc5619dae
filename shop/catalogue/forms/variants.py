"""The forms of a variant: its prices, codes, weight and option values."""

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
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
from shop.fields.typed_field import Text, TypedField
from shop.idempotency import IdempotentForm
from shop.settings import store
from shop.settings.models.store import GRAMS_PER_UNIT
from shop.settings.money_field import MoneyField

MOST_LOW = 1_000_000


class WeightField(TypedField):
    """A weight in whole grams, entered in the unit that the form was shown with; 0 where empty."""

    empty = 0

    def __init__(self, label: Text = "", **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": {"inputmode": "decimal"}, **kwargs})
        self.unit = ""

    def parse_value(self, text: str) -> int:
        """Return grams."""
        here = store.get_store()
        refuse_barcode(text)
        return weights.parse_weight(text, self.unit or here.weight_unit, here.locale)

    def format_value(self, data: Any) -> str:
        """Return the weight in the unit."""
        here = store.get_store()
        return weights.format_weight(data, self.unit or here.weight_unit, here.locale) if data else ""


class VariantDetailsForm(EditForm):
    """The prices, codes, weight and settings of a variant."""

    price = MoneyField(_l("Price"), required=_l("Enter a price."))
    compare_at = MoneyField(_l("Compare-at price"))
    cost = MoneyField(_l("Cost per item"))
    sku = LineField(_l("SKU"))
    barcode = LineField(_l("Barcode"))
    weight = WeightField(_l("Weight"))
    low_stock = WholeNumberField(_l("Low-stock alert at"), most=MOST_LOW)
    taxable = BooleanField(_l("Charge tax"), default=True)
    requires_shipping = BooleanField(_l("Requires shipping"), default=True)
    continue_selling = BooleanField(_l("Continue selling when out of stock"))
    unit = HiddenField()

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Read the weight in the unit that was shown beside it, even if the store's has changed since."""
        posted = self.meta.wrap_formdata(self, formdata)
        typed = posted.get("unit") if posted else None
        self.weight.unit = typed if typed in GRAMS_PER_UNIT else store.get_store().weight_unit
        super().process(posted, *args, **kwargs)
        self.unit.data = self.weight.unit


class VariantForm(VariantDetailsForm):
    """One of several variants of a product."""

    value1 = LineField()
    value2 = LineField()
    value3 = LineField()
    picture_id = ChoiceField(_l("Picture"), coerce=int, validators=[InputRequired(_l("Choose a picture or “None”."))])

    def fit(self, product: Product, pictures: Sequence[Picture]) -> Self:
        """Ask for the product's options, and offer its pictures."""
        for field, name in zip((self.value1, self.value2, self.value3), product.options, strict=False):
            field.label.text, field.required = name, _("Enter a value for %(option)s.", option=name)
        offered = [
            (one.id, _("%(number)s. %(alt)s", number=place, alt=one.alt or _("no alt text"))[:60])
            for place, one in enumerate(pictures, 1)
        ]
        self.picture_id.choices = [(0, _("None")), *offered]
        return self

    def values(self) -> dict[str, Any]:
        """Return what was entered; no picture is None."""
        return {**super().values(), "picture_id": self.picture_id.data or None}


class NewVariantForm(VariantForm, IdempotentForm):
    """A variant to add."""
