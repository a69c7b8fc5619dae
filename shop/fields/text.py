"""Fields of text: one line, many lines, a phone number, an email address."""

from typing import Any

from wtforms.widgets import EmailInput, TelInput, TextArea

from shop.email_address import parse_email
from shop.fields import parsers
from shop.fields.typed_field import Text, TypedField


class LineField(TypedField):
    """One line of text of at most `most` characters, without surrounding whitespace."""

    def __init__(self, label: Text = "", *, most: int = 255, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most
        self.flags.maxlength = most

    def parse_value(self, text: str) -> str:
        """Return the text stripped."""
        return parsers.parse_line(text, self.most)


class LongTextField(LineField):
    """A multi-line text whose lines end in a line feed."""

    widget: Any = TextArea()

    def __init__(self, label: Text = "", *, most: int = 10_000, **kwargs: Any) -> None:
        super().__init__(label, most=most, **kwargs)

    def parse_value(self, text: str) -> str:
        """Return the text with normalized line ends."""
        return parsers.parse_lines(text, self.most)


class PhoneField(LineField):
    """A phone number as people write it."""

    widget: Any = TelInput()

    def __init__(self, label: Text = "", *, most: int = 50, **kwargs: Any) -> None:
        super().__init__(label, most=most, **kwargs)

    def parse_value(self, text: str) -> str:
        """Return the number stripped."""
        return parsers.parse_phone(text, self.most)


class EmailField(TypedField):
    """One email address in its only spelling, as sign-in parses it; an empty text if empty."""

    widget: Any = EmailInput()

    def parse_value(self, text: str) -> str:
        """Return the address in lower case."""
        return parse_email(text)
