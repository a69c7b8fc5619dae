"""Fields and helpers that the forms of an order share.

How much there is to pay, send or give back is the rules' to say, so that a second press, which finds less of it, is
known as what it is.
"""

from typing import Any
from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import Field

from shop.fields.numbers import WholeNumberField
from shop.fields.text import LineField
from shop.orders.models.order import Order

NOT_A_LINK = "Enter an address that begins with https:// or http://."


class WebLinkField(LineField):
    """The address of a page elsewhere, of http or https alone, as it becomes a link."""

    def read(self, text: str) -> str:
        """Return the address."""
        link = super().read(text)
        try:
            parts = urlsplit(link)
            is_link = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            is_link = False
        if not is_link or not link.isprintable() or any(c in ' "<>\\' for c in link):
            raise ValueError(NOT_A_LINK)
        return link


def typed_units(form: FlaskForm) -> dict[int, int]:
    """Return the units that were typed, by line id, where there are any."""
    typed = {name: field.data for name, field in form._fields.items() if name.startswith("units-")}
    return {int(name.removeprefix("units-")): number for name, number in typed.items() if number}


def set_value(field: Field, data: Any) -> None:
    """Have a field show this, whatever was typed into it."""
    field.data, field.raw_data, field.process_errors = data, None, []


def make_unit_fields(order: Order, line_ids: Any) -> dict[str, WholeNumberField]:
    return {f"units-{line}": WholeNumberField(f"Units of {line_label(order, line)}") for line in line_ids}


def line_label(order: Order, line_id: int) -> str:
    return next(f"{line.title} {line.variant_title}".strip() for line in order.lines if line.id == line_id)
