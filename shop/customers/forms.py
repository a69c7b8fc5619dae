"""The forms of a customer: details, addresses, and a tag for many."""

from typing import Any

from flask_babel import lazy_gettext as _l
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

SAY_WHO = _l("Enter a name, an email address, or a phone number.")
WHERE = _l("Enter at least one line of the address.")


class CustomerForm(EditForm):
    """A customer; its fields have the names of customers.FIELDS."""

    name = LineField(_l("Name"), most=255)
    email = EmailField(_l("Email address"))
    phone = PhoneField(_l("Phone"))
    tags = TagsField(_l("Tags"), hint=_l("Separate tags with commas."))
    accepts_marketing = BooleanField(_l("Consented to marketing"))
    note = LongTextField(_l("Note"), most=10_000, hint=_l("Visible to staff only, never to the customer."))

    def validate_name(self, field: LineField) -> None:
        if not (field.data or self.email.data or self.email.errors or self.phone.data or self.phone.errors):
            raise ValidationError(str(SAY_WHO))


class NewCustomerForm(CustomerForm, IdempotentForm):
    """A new customer."""


class CustomerAddressForm(PostalFields, EditForm):
    """One of a customer's addresses; one line at least is required."""

    def validate_line1(self, field: LineField) -> None:
        if not any(self.values().values()) and not self.phone.errors:
            raise ValidationError(str(WHERE))


class NewCustomerAddressForm(CustomerAddressForm, IdempotentForm):
    """A new address; the customer's name, which is filled in already, does not count as a line."""

    def validate_line1(self, field: LineField) -> None:
        if not any(value for name, value in self.values().items() if name != "name") and not self.phone.errors:
            raise ValidationError(str(WHERE))


class BulkTagForm(FlaskForm):
    """One tag for the selected customers."""

    tag = LineField(_l("Tag"), most=LONGEST_TAG, required=_l("Enter a tag."))

    def validate_tag(self, field: LineField) -> None:
        require_one_tag(field)


def parse_choices(form: Any) -> dict[str, str]:
    """Return the choices for the fields of which a merge keeps one value."""
    return {name: OTHER for name in CHOICE_FIELDS if form.get(f"take-{name}") == OTHER}
