"""The forms of signing in: an address, a code, and an address to confirm a report."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from shop.email_address import NOT_PLAIN, InvalidEmail, parse_email
from shop.signin import codes


class OneValueForm(FlaskForm):
    """A form whose every field comes once, from the form's body: neither JSON nor `email[]=` nor a second value."""

    def __init__(self, **data: Any) -> None:
        super().__init__(request.form if request.method == "POST" else None, **data)

    def is_plain(self) -> bool:
        """Return whether nothing was sent twice, and no unknown field was sent."""
        return all(name in self and len(values) == 1 for name, values in request.form.lists())


class SignInForm(OneValueForm):
    """Asks for one email address; `address` is the parsed one."""

    email = StringField(_l("Email address"))
    address = ""

    def validate_email(self, field: StringField) -> None:
        if not self.is_plain():
            raise ValidationError(NOT_PLAIN)
        try:
            self.address = parse_email(field.data or "")
        except InvalidEmail as refusal:
            raise ValidationError(str(refusal)) from None


class CodeForm(OneValueForm):
    """Asks for the code; `typed` is the parsed one."""

    code = StringField(_l("Code from the email"))
    typed = ""

    def validate_code(self, field: StringField) -> None:
        typed = codes.parse_code(field.data or "") if self.is_plain() else None
        if typed is None:
            raise ValidationError(str(codes.NOT_A_CODE))
        self.typed = typed


class NotMeForm(FlaskForm):
    """Asks for the address that the email went to.

    A mail scanner follows every link and clicks every button; it does not know what to type.
    """

    email = StringField(_l("Enter your email address to confirm"))

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def validate_email(self, field: StringField) -> None:
        try:
            typed = parse_email(field.data or "")
        except InvalidEmail as refusal:
            raise ValidationError(str(refusal)) from None
        if typed != self.address:
            raise ValidationError(_("That isn't the address the email was sent to."))
