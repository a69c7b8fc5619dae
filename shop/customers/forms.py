"""The forms of a customer: details, addresses, and a tag for many."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import ValidationError

from shop.customers.merge import CHOICE_FIELDS, OTHER
from shop.edit_conflicts import EditForm
from shop.fields.parsers import LONGEST_TAG
from shop.fields.postal import PostalFields
from shop.fields.tags import TagsField, require_one_tag
from shop.fields.text import EmailField, LineField, LongTextField, PhoneField
from shop.idempotency import IdempotentForm

SAY_WHO = "Enter a name, an e-mail address or a telephone number."
WHERE = "Enter at least one line of the address."


class CustomerForm(EditForm):
    """A customer; its fields have the names of writing.FIELDS."""

    name = LineField("Name", most=255)
    email = EmailField("E-mail address")
    phone = PhoneField("Telephone")
    tags = TagsField("Tags", hint="With commas between them.")
    accepts_marketing = BooleanField("Agreed to marketing")
    note = LongTextField("Note", most=10_000, hint="Only the staff see it, never the customer.")

    def validate_name(self, field: LineField) -> None:
        if not (field.data or self.email.data or self.email.errors or self.phone.data or self.phone.errors):
            raise ValidationError(SAY_WHO)


class NewCustomerForm(CustomerForm, IdempotentForm):
    """A customer who is not there yet."""


class CustomerAddressForm(PostalFields, EditForm):
    """One of a customer's addresses, of which something must be known."""

    def validate_line1(self, field: LineField) -> None:
        if not any(self.values().values()) and not self.phone.errors:
            raise ValidationError(WHERE)


class NewCustomerAddressForm(CustomerAddressForm, IdempotentForm):
    """One address more; the customer's name, which stands in it from the start, is none."""

    def validate_line1(self, field: LineField) -> None:
        if not any(value for name, value in self.values().items() if name != "name") and not self.phone.errors:
            raise ValidationError(WHERE)


class BulkTagForm(FlaskForm):
    """One tag for the customers that were chosen."""

    tag = LineField("Tag", most=LONGEST_TAG, required="Enter a tag.")

    def validate_tag(self, field: LineField) -> None:
        require_one_tag(field)


def parse_choices(form: Any) -> dict[str, str]:
    """Return what was chosen for the fields of which a merge keeps one value."""
    return {name: OTHER for name in CHOICE_FIELDS if form.get(f"take-{name}") == OTHER}
