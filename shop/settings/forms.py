"""The form of the store's settings."""

from typing import Any

from flask_babel import lazy_gettext as _l
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
        _l("Store name"),
        most=100,
        required=_l("Enter the store's name."),
        hint=_l("Shown on every page and in every email."),
    )
    postal_address = LongTextField(_l("Postal address"), most=1000, hint=_l("Printed on packing slips and invoices."))
    currency = ChoiceField(_l("Currency"), choices=[], validators=[InputRequired(_l("Choose a currency."))])
    prices_include_tax = BooleanField(_l("Prices include tax"))
    tax_rate = PercentField(_l("Tax rate"), required=_l("Enter the tax rate, or 0 for none."))
    time_zone = ChoiceField(_l("Time zone"), choices=[], validators=[InputRequired(_l("Choose a time zone."))])
    locale = ChoiceField(_l("Number format"), choices=[], validators=[InputRequired(_l("Choose a number format."))])
    weight_unit = ChoiceField(
        _l("Weight unit"), choices=choices.UNITS, validators=[InputRequired(_l("Choose a weight unit."))]
    )
    paper = ChoiceField(
        _l("Paper size"), choices=choices.PAPERS, validators=[InputRequired(_l("Choose a paper size."))]
    )
    order_prefix = LineField(
        _l("Order prefix"), most=10, hint=_l("Added before each order number. For example, # gives #1001.")
    )
    low_stock = WholeNumberField(_l("Low-stock alert at"), required=_l("Enter a number, or 0 for no low-stock alerts."))
    shortcuts = BooleanField(_l("Keyboard shortcuts"))

    def __init__(self, present: Store, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for field, listed in (
            (self.currency, choices.list_currencies()),
            (self.time_zone, choices.list_time_zones()),
            (self.locale, choices.list_locales()),
        ):
            now = getattr(present, field.name)
            # A stored value stays a choice when the lists lose it; otherwise saving would change it unintentionally.
            is_listed = any(choice.value == now for choice in listed)
            field.choices = listed if is_listed else [*listed, SelectChoice(now)]


def form_values(store: Store) -> dict[str, Any]:
    """Return what the form edits, as plain values."""
    return {name: getattr(store, name) for name in vars(StoreForm) if name in Store.__table__.columns}
