"""What an owner sets about the store."""

from typing import Any

from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.edit_conflicts import EditForm
from shop.fields.choice import ChoiceField
from shop.fields.numbers import PercentField, WholeNumberField
from shop.fields.text import LineField, LongTextField
from shop.settings import choices
from shop.settings.models.store import Store

CONFIRMED_CURRENCY = "currency_change"


class StoreForm(EditForm):
    """The store's settings; its fields have the names of the columns."""

    name = LineField(
        "Store name", most=100, required="Enter the store's name.", hint="On each page and in each letter."
    )
    postal_address = LongTextField("Postal address", most=1000, hint="Printed on packing slips and invoices.")
    currency = ChoiceField("Currency", choices=[], validators=[InputRequired("Choose a currency.")])
    prices_include_tax = BooleanField("Prices include tax")
    tax_rate = PercentField("Tax rate", required="Enter the tax rate: 0 for none.")
    time_zone = ChoiceField("Time zone", choices=[], validators=[InputRequired("Choose a time zone.")])
    locale = ChoiceField("Numbers and money written as in", choices=[], validators=[InputRequired("Choose a locale.")])
    weight_unit = ChoiceField("Weight unit", choices=choices.UNITS, validators=[InputRequired("Choose a unit.")])
    paper = ChoiceField("Paper", choices=choices.PAPERS, validators=[InputRequired("Choose a paper size.")])
    order_prefix = LineField("Order prefix", most=10, hint="Written before each order's number: # gives #1001.")
    low_stock = WholeNumberField("Low stock from", required="Enter a number: 0 calls nothing low before it is out.")
    shortcuts = BooleanField("Keyboard shortcuts")

    def __init__(self, present: Store, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for field, listed in (
            (self.currency, choices.list_currencies()),
            (self.time_zone, choices.list_time_zones()),
            (self.locale, choices.list_locales()),
        ):
            now = getattr(present, field.name)
            # What was chosen once stays a choice when the lists lose it, or saving would change it unasked.
            is_listed = any(choice.value == now for choice in listed)
            field.choices = listed if is_listed else [*listed, SelectChoice(now)]


def form_values(store: Store) -> dict[str, Any]:
    """Give what the form edits, as plain values."""
    return {name: getattr(store, name) for name in vars(StoreForm) if name in Store.__table__.columns}
