"""Fields and helpers that the forms of an order share.

The rules, not the fields, check how much can be paid, shipped or refunded: a form that was sent twice finds less of it
the second time, and is recognized by its idempotency key.
"""

from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field

from shop.fields.numbers import WholeNumberField
from shop.fields.text import LineField
from shop.orders.models.order import Order

NOT_A_LINK = _l("Enter a web address that starts with https:// or http://.")


class WebLinkField(LineField):
    """The URL of a page elsewhere, of http or https only, as it becomes a link."""

    def parse_value(self, text: str) -> str:
        """Return the URL. Raises ValueError with a sentence."""
        link = super().parse_value(text)
        try:
            parts = urlsplit(link)
            is_link = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            is_link = False
        if not is_link or not link.isprintable() or any(c in ' "<>\\' for c in link):
            raise ValueError(str(NOT_A_LINK))
        return link


def typed_units(form: FlaskForm) -> dict[int, int]:
    """Return the entered units by line id, without those of 0."""
    typed = {name: field.data for name, field in form._fields.items() if name.startswith("units-")}
    return {int(name.removeprefix("units-")): number for name, number in typed.items() if number}


def set_value(field: Field, data: Any) -> None:
    """Have a field show this, whatever was entered."""
    field.data, field.raw_data, field.process_errors = data, None, []


def make_unit_fields(order: Order, line_ids: Any) -> dict[str, WholeNumberField]:
    return {
        f"units-{line}": WholeNumberField(_("Quantity of %(item)s", item=line_label(order, line))) for line in line_ids
    }


def line_label(order: Order, line_id: int) -> str:
    return next(f"{line.title} {line.variant_title}".strip() for line in order.lines if line.id == line_id)
