"""The order form: its lines, addresses, shipping and discount. Its state is kept in the form itself."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from shop import ids
from shop.catalogue.models.product import Variant
from shop.fields.numbers import WholeNumberField
from shop.fields.postal import PostalFields
from shop.fields.text import EmailField, LineField
from shop.orders.creation import MOST_LINES, MOST_UNITS
from shop.orders.drafts import LineInput
from shop.orders.forms.fields import set_value
from shop.settings.money_field import MoneyField

LINE_NAME = re.compile(r"-(\d{1,6})-", re.ASCII)
SAY_WHAT = _l("Enter a name.")
HOW_MUCH = _l("Enter a price.")
HOW_MANY = _l("Enter a quantity, or 0 to remove the item.")


class IdField(WholeNumberField):
    """A row's id in a hidden field, or None."""

    widget = HiddenInput()

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, least=1, most=ids.LARGEST, render_kw={}, **kwargs)


class OrderLineForm(Form):
    """One line: of the order that is edited, of a variant, or a custom item. An empty one is ignored."""

    line = IdField()
    variant = IdField()
    title = LineField(_l("Item name"), most=255)
    price = MoneyField(_l("Price"))
    quantity = WholeNumberField(_l("Quantity"), most=MOST_UNITS)
    taxable = BooleanField(_l("Taxable"))
    requires_shipping = BooleanField(_l("Requires shipping"))

    @property
    def is_blank(self) -> bool:
        """Say whether a custom item is empty, or a line that is not on the order yet was removed."""
        is_text = not (self.line.data or self.variant.data)
        is_empty = is_text and not self.title.data and self.price.data is None and not self.errors
        return is_empty or (not self.line.data and self.quantity.data == 0)

    def validate_title(self, field: LineField) -> None:
        if not (field.data or field.errors or self.line.data or self.variant.data or self.is_blank):
            raise ValidationError(str(SAY_WHAT))

    def validate_price(self, field: MoneyField) -> None:
        if field.data is None and not (field.errors or self.line.data or self.is_blank):
            raise ValidationError(str(HOW_MUCH))

    def validate_quantity(self, field: WholeNumberField) -> None:
        if field.data is None and not (field.errors or self.is_blank):
            raise ValidationError(str(HOW_MANY))

    def row(self) -> LineInput:
        """Return a new line as it would be ordered; what is missing counts as 0."""
        about = {"taxable": bool(self.taxable.data), "requires_shipping": bool(self.requires_shipping.data)}
        price, quantity = self.price.data or 0, self.quantity.data or 0
        return LineInput(self.variant.data, self.title.data or "", price, quantity, **about)


class OrderAddressForm(PostalFields, Form):
    """One of the two addresses of an order."""


class LineList(FieldList):  # type: ignore[type-arg]
    """The lines of a form, by their position; a field whose name is not one of ours is ignored."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        named = (LINE_NAME.match(name.removeprefix(prefix)) for name in formdata if name.startswith(prefix))
        return (int(one[1]) for one in named if one)


class OrderForm(FlaskForm):
    """What the forms of a new and an existing order share; amounts are in the currency of with_currency()."""

    lines: Any
    discount: MoneyField
    shipping: MoneyField

    words = LineField(_l("Search for a product by title, SKU, or barcode"), most=200)
    shown = LineField(most=200, widget=HiddenInput())
    discount_code = LineField(_l("Discount code"), most=100)
    shipping_method = LineField(_l("Shipping method"), most=100)
    email = EmailField(_l("Email"))
    delivery = FormField(OrderAddressForm)
    same = BooleanField(_l("Same as delivery address"))
    billing = FormField(OrderAddressForm)

    def add_variant(self, variant: Variant) -> None:
        """Add one unit of a variant to the form: to its own new line, if it already has one."""
        for entry in self.lines.entries:
            if entry.form.variant.data == variant.id and not entry.form.line.data:
                set_value(entry.form.quantity, min((entry.form.quantity.data or 0) + 1, MOST_UNITS))
                return
        self.add(variant=variant.id, title=variant.product.title, price=variant.price)

    def add(self, **values: Any) -> None:
        """Add a line to the form, unless it is full."""
        if len(self.lines.entries) < MOST_LINES:
            self.lines.append_entry({"quantity": 1, "taxable": True, "requires_shipping": True, **values})

    def take_off(self, name: str) -> None:
        """Remove a line from the form by its name; one that is already on the order stays, with quantity 0."""
        for entry in [one for one in self.lines.entries if one.name == name]:
            if entry.form.line.data:
                set_value(entry.form.quantity, 0)
            else:
                self.lines.entries.remove(entry)

    def variant_ids(self) -> set[int]:
        """Return the ids of the variants in the form."""
        return {entry.form.variant.data for entry in self.lines.entries} - {None}

    def new_rows(self) -> list[LineInput]:
        """Return the lines that are not on the order yet."""
        forms = [entry.form for entry in self.lines.entries]
        return [form.row() for form in forms if not form.line.data and not form.is_blank]

    def quantities(self) -> dict[int, int]:
        """Return the quantities of the lines that are already on the order, by line id."""
        forms = [entry.form for entry in self.lines.entries]
        return {form.line.data: form.quantity.data or 0 for form in forms if form.line.data}

    def billed_to(self) -> dict[str, str]:
        """Return the billing address."""
        return dict(self.delivery.data if self.same.data else self.billing.data)


def with_currency(sheet: Any, currency: str) -> Any:
    """Return a class of order form whose amounts are in a currency."""
    line = type("LineForm", (OrderLineForm,), {"price": MoneyField(_l("Price"), currency=currency)})
    fields = {
        "lines": LineList(FormField(line), max_entries=MOST_LINES),
        "discount": MoneyField(_l("Discount"), currency=currency),
        "shipping": MoneyField(_l("Shipping"), currency=currency),
    }
    return type(sheet.__name__, (sheet,), fields)
