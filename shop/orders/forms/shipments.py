"""The forms of a shipment: its items, its tracking, and the email to the customer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from shop.edit_conflicts import EditForm
from shop.fields.text import LineField, LongTextField
from shop.fields.typed_field import extend_form
from shop.idempotency import IdempotentForm
from shop.orders.balance import OrderBalance
from shop.orders.forms.fields import WebLinkField, make_unit_fields
from shop.orders.models.order import Order


class ShipmentForm(IdempotentForm):
    """A shipment; its units are fields of their own, one for each line, see typed_units()."""

    carrier = LineField(_l("Carrier"), most=100)
    tracking = LineField(_l("Tracking number"), most=100)
    tracking_url = WebLinkField(_l("Tracking page"), most=500)
    letter = BooleanField(_l("Email the customer"))


class TrackingForm(EditForm):
    """The tracking of a shipment."""

    carrier = LineField(_l("Carrier"), most=100)
    tracking = LineField(_l("Tracking number"), most=100)
    tracking_url = WebLinkField(_l("Tracking page"), most=500)


class ShipmentEmailForm(IdempotentForm):
    """The email about a shipment, to be edited before it is sent."""

    subject = LineField(_l("Subject"), most=150, required=_l("Enter a subject."))
    text = LongTextField(_l("Message"), most=10_000, required=_l("Enter a message."))


def shipment_form(order: Order, facts: OrderBalance, **shown: Any) -> ShipmentForm:
    """Return the form for a shipment, with a field for each line that has units left to ship, preset to all of them."""
    units = {line: one.to_ship for line, one in facts.lines.items() if one.to_ship}
    preset = {f"units-{line}": number for line, number in units.items()}
    return extend_form(ShipmentForm, **make_unit_fields(order, units))(data={**preset, **shown})
