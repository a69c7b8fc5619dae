"""What is typed about products, their variants and pictures."""

from collections.abc import Sequence
from typing import Any, Self

from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import BooleanField, HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.catalogue import handles, weights
from shop.catalogue.combinations import Option, values_in_use
from shop.catalogue.pictures import Picture
from shop.catalogue.product import Product, Refused, Status
from shop.catalogue.writing import check_options
from shop.edit_conflicts import EditForm
from shop.fields.choice import ChoiceField
from shop.fields.numbers import WholeNumberField
from shop.fields.parsers import refuse_barcode
from shop.fields.tags import TagsField
from shop.fields.text import LineField, LongTextField
from shop.fields.typed_field import TypedField
from shop.idempotency import IdempotentForm
from shop.settings import store
from shop.settings.models.store import GRAMS_PER_UNIT
from shop.settings.money_field import MoneyField

STATUSES = [
    SelectChoice(Status.DRAFT, "Draft – being prepared"),
    SelectChoice(Status.ACTIVE, "Active – for sale"),
    SelectChoice(Status.ARCHIVED, "Archived – no longer sold"),
]
NO_LETTERS = "A handle needs letters or digits."
NO_VALUES = "Enter at least one value."
NO_NAME = "An option with values needs a name."
MOST_LOW = 1_000_000


class HandleField(LineField):
    """The name of a product in an address; whatever is typed is spelled as one."""

    def read(self, text: str) -> str:
        """Give it in plain small letters, digits and hyphens."""
        if spelled := handles.spell(super().read(text)):
            return spelled
        raise ValueError(NO_LETTERS)


class SortedTagsField(TagsField):
    """Tags in the order in which they are shown: what was merely typed in another order is no change."""

    def read(self, text: str) -> list[str]:
        """Give the tags sorted."""
        return sorted(super().read(text), key=str.casefold)


class WeightField(TypedField):
    """A weight in whole grams, typed in the unit that the form was shown with; 0 where empty."""

    empty = 0

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": {"inputmode": "decimal"}, **kwargs})
        self.unit = ""

    def read(self, text: str) -> int:
        """Give grams."""
        here = store.get_store()
        refuse_barcode(text)
        return weights.read(text, self.unit or here.weight_unit, here.locale)

    def write(self, data: Any) -> str:
        """Give grams in the unit."""
        return weights.write(data, self.unit or store.get_store().weight_unit) if data else ""


class ProductForm(EditForm):
    """What a product is, whatever variants it comes in."""

    title = LineField("Title", required="Enter a title.")
    description = LongTextField("Description", most=20_000)
    status = ChoiceField(
        "Status", choices=STATUSES, default=Status.DRAFT, validators=[InputRequired("Choose a status.")]
    )
    type = LineField("Type")
    vendor = LineField("Vendor")
    tags = SortedTagsField("Tags")
    handle = HandleField("Handle", most=handles.LONGEST)
    option1 = LineField("First option", most=100)
    option2 = LineField("Second option", most=100)
    option3 = LineField("Third option", most=100)


class SaleForm(EditForm):
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


class WholeForm(ProductForm, SaleForm):
    """A product that comes in one variant: both on one page, with one save. `variant` is that variant's id."""

    variant = HiddenField()


class NewProductForm(WholeForm, IdempotentForm):
    """A product that is not there yet."""


class VariantForm(SaleForm):
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
        """Give what was typed; no picture is None."""
        return {**super().values(), "picture_id": self.picture_id.data or None}


class NewVariantForm(VariantForm, IdempotentForm):
    """One more variant."""


class CombinationsForm(IdempotentForm):
    """Options and the values to add to those in use; of all of them every combination is to be there."""

    name1 = LineField("First option", most=100, required="Enter a name.")
    values1 = TagsField("New values of the first option")
    name2 = LineField("Second option", most=100)
    values2 = TagsField("New values of the second option")
    name3 = LineField("Third option", most=100)
    values3 = TagsField("New values of the third option")

    def places(self) -> list[tuple[LineField, TagsField]]:
        """Give the two fields of each option."""
        return [(self.name1, self.values1), (self.name2, self.values2), (self.name3, self.values3)]

    def options(self, product: Product) -> list[Option]:
        """Give the options with the values in use and the new ones. Raises Refused for one without either."""
        check_options({f"option{place}": name.data for place, (name, _) in enumerate(self.places(), 1)})
        found = []
        for place, (name, values) in enumerate(self.places(), 1):
            unique: dict[str, str] = {}
            for value in [*values_in_use(product, place), *values.data]:
                unique.setdefault(value.casefold(), value)
            if bool(name.data) != bool(unique):
                raise Refused(NO_VALUES if name.data else NO_NAME, f"values{place}" if name.data else f"option{place}")
            found += [Option(name.data, list(unique.values()))] if name.data else []
        return found


class RenameForm(FlaskForm):
    """A value of an option under another name. `of` is the option's place and the value: "1 Red"."""

    of = ChoiceField("Value", validators=[InputRequired("Choose a value.")])
    new = LineField("New name", required="Enter the new name.")

    def fit(self, product: Product) -> Self:
        """Offer the values that the product's variants have."""
        self.of.choices = [
            (f"{place} {value}", f"{name}: {value}")
            for place, name in enumerate(product.options, 1)
            for value in values_in_use(product, place)
        ]
        return self


class PicturesForm(IdempotentForm):
    """Pictures to add."""

    pictures = MultipleFileField("Add pictures", validators=[FileRequired("Choose at least one picture.")])


class DescribeForm(EditForm):
    """A picture in words."""

    alt = LineField("In words", most=500)
