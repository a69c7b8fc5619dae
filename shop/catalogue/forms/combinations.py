"""The forms of a product's options and their values."""

from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from shop.catalogue.errors import ProductRefused
from shop.catalogue.models.product import Product
from shop.catalogue.products import check_options
from shop.catalogue.variant_matrix import Option, list_used_values
from shop.fields.choice import ChoiceField
from shop.fields.tags import TagsField
from shop.fields.text import LineField
from shop.idempotency import IdempotentForm

NO_VALUES = _l("Enter at least one value.")
NO_NAME = _l("An option with values needs a name.")


class CombinationsForm(IdempotentForm):
    """Options and new values for them; every combination of all values will exist."""

    name1 = LineField(_l("First option"), most=100, required=_l("Enter a name."))
    values1 = TagsField(_l("New values for the first option"))
    name2 = LineField(_l("Second option"), most=100)
    values2 = TagsField(_l("New values for the second option"))
    name3 = LineField(_l("Third option"), most=100)
    values3 = TagsField(_l("New values for the third option"))

    def places(self) -> list[tuple[LineField, TagsField]]:
        """Return the two fields of each option."""
        return [(self.name1, self.values1), (self.name2, self.values2), (self.name3, self.values3)]

    def options(self, product: Product) -> list[Option]:
        """Return the options with their values in use and the new ones. Raises ProductRefused for an incomplete one."""
        check_options({f"option{place}": name.data for place, (name, _values) in enumerate(self.places(), 1)})
        found = []
        for place, (name, values) in enumerate(self.places(), 1):
            unique: dict[str, str] = {}
            for value in [*list_used_values(product, place), *values.data]:
                unique.setdefault(value.casefold(), value)
            if bool(name.data) != bool(unique):
                raise ProductRefused(
                    NO_VALUES if name.data else NO_NAME, f"values{place}" if name.data else f"option{place}"
                )
            found += [Option(name.data, list(unique.values()))] if name.data else []
        return found


class RenameValueForm(FlaskForm):
    """A new name for an option's value. `of` is the option's place and the value: "1 Red"."""

    of = ChoiceField(_l("Value"), validators=[InputRequired(_l("Choose a value."))])
    new = LineField(_l("New name"), required=_l("Enter the new name."))

    def fit(self, product: Product) -> Self:
        """Offer the values that the product's variants have."""
        self.of.choices = [
            (f"{place} {value}", f"{name}: {value}")
            for place, name in enumerate(product.options, 1)
            for value in list_used_values(product, place)
        ]
        return self
