"""The forms of a shipment: what is sent, how it is tracked, and the customer's email."""

from typing import Any

from wtforms import BooleanField

from shop.edit_conflicts import EditForm
from shop.fields.text import LineField, LongTextField
from shop.fields.typed_field import extend_form
from shop.idempotency import IdempotentForm
from shop.orders.balance import OrderBalance
from shop.orders.forms.fields import WebLinkField, make_unit_fields
from shop.orders.models.order import Order


class ShipmentForm(IdempotentForm):
    """A parcel; its units are fields of their own, one for each line, see typed_units()."""

    carrier = LineField("Carrier", most=100)
    tracking = LineField("Tracking number", most=100)
    tracking_url = WebLinkField("Tracking page", most=500)
    letter = BooleanField("Send the customer a letter")


class TrackingForm(EditForm):
    """How a parcel that left can be followed."""

    carrier = LineField("Carrier", most=100)
    tracking = LineField("Tracking number", most=100)
    tracking_url = WebLinkField("Tracking page", most=500)


class ShipmentEmailForm(IdempotentForm):
    """The letter about a parcel, to be changed before it leaves."""

    subject = LineField("Subject", most=150, required="Enter a subject.")
    text = LongTextField("Text", most=10_000, required="Enter the text of the letter.")


def shipment_form(order: Order, facts: OrderBalance, **shown: Any) -> ShipmentForm:
    """Make the form for a parcel, with a field for each line that has units to send, preset to all of them."""
    units = {line: one.to_ship for line, one in facts.lines.items() if one.to_ship}
    preset = {f"units-{line}": number for line, number in units.items()}
    return extend_form(ShipmentForm, **make_unit_fields(order, units))(data={**preset, **shown})
