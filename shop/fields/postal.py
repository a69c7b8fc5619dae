"""The fields of a postal address, as the forms of several rooms have them."""

from shop.fields.text import LineField, PhoneField


class PostalFields:
    """A postal address, all of it optional; its fields have the names that a customer's address keeps them under."""

    name = LineField("Name", most=255)
    company = LineField("Company", most=255)
    line1 = LineField("Street and number", most=255)
    line2 = LineField("Second line", most=255)
    zip = LineField("Postal code", most=20)
    city = LineField("City", most=100)
    region = LineField("Region", most=100)
    country = LineField("Country", most=100)
    phone = PhoneField("Telephone")
