"""What somebody types to prove that they are a person, and the right one."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from shop.email_address import InvalidEmail, parse_email


class NotMeForm(FlaskForm):
    """Asks for the address the letter went to.

    A mail scanner follows every link and presses every button; it does not know what to type.
    """

    email = StringField("Type your e-mail address to confirm")

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def validate_email(self, field: StringField) -> None:
        try:
            typed = parse_email(field.data or "")
        except InvalidEmail as refusal:
            raise ValidationError(str(refusal)) from None
        if typed != self.address:
            raise ValidationError("That is not the address that the letter went to.")
