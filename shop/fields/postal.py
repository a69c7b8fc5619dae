"""The fields of a postal address, shared by the forms of several rooms."""

from flask_babel import lazy_gettext as _l

from shop.fields.text import LineField, PhoneField


class PostalFields:
    """A postal address, all of it optional; the fields have the names of a customer's stored address."""

    name = LineField(_l("Name"), most=255)
    company = LineField(_l("Company"), most=255)
    line1 = LineField(_l("Address line 1"), most=255)
    line2 = LineField(_l("Address line 2"), most=255)
    zip = LineField(_l("Postal code"), most=20)
    city = LineField(_l("City"), most=100)
    region = LineField(_l("State or region"), most=100)
    country = LineField(_l("Country"), most=100)
    phone = PhoneField(_l("Phone"))
