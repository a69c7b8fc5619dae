"""Fields shared by the store's forms: strict parsing, plain data, and what was typed is kept after an error.

Data survives JSON unchanged (text, a whole number, a list of texts, or None): shop.edit_conflicts compares it.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from shop.fields import parsers

ONE_VALUE = _l("Send one value for this field.")

Text = str | LazyString
AnyForm = TypeVar("AnyForm", bound=FlaskForm)


def extend_form(form: type[AnyForm], **fields: Any) -> type[AnyForm]:
    """Return a subclass of a form with these fields as well, such as one for each row of its subject."""
    return type(form.__name__, (form,), fields)


class TypedField(Field):
    """A field of exactly one typed text. `required` is the error for an empty one; None makes it optional.

    A subclass parses a non-empty text in parse_value(), with a ValueError for the person who typed it, and formats data
    in format_value(). After an error the field shows again what was typed.
    """

    widget: Any = TextInput()
    empty: Any = ""

    def __init__(self, label: Text = "", *, required: Text | None = None, hint: Text = "", **kwargs: Any) -> None:
        super().__init__(label, description=hint, **kwargs)
        self.required = required
        if required:
            self.flags.required = True

    def parse_value(self, text: str) -> Any:
        """Return the data of a text. Raises ValueError with a sentence."""
        return text

    def format_value(self, data: Any) -> str:
        """Return the text for data other than None."""
        return str(data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the one posted value; a missing one counts as empty."""
        self.data = self.empty
        if len(valuelist) > 1 or any(not isinstance(one, str) for one in valuelist):
            raise ValueError(str(ONE_VALUE))
        if valuelist and not parsers.is_blank(valuelist[0]):
            self.data = self.parse_value(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        """Report a missing value. No other check runs if the value could not be parsed."""
        if self.errors:
            raise StopValidation
        if self.required and self.data == self.empty:
            raise StopValidation(str(self.required))

    def _value(self) -> str:
        typed = self.raw_data[0] if self.raw_data else None
        if isinstance(typed, str):
            return "".join("\ufffd" if parsers.has_control_characters(c, but="\r\n\t") else c for c in typed)
        return "" if self.data is None else self.format_value(self.data)
