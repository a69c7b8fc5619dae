"""Fields that the store's forms share: strict in what they take, plain in what they give, and keeping what was typed.

Each gives data that JSON keeps as it is (text, a whole number, a list of texts, or None): shop.edit_conflicts compares
it.
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
    """Give a kind of form with these fields as well, such as one for each row of what it is about."""
    return type(form.__name__, (form,), fields)


class TypedField(Field):
    """A field of exactly one typed text. `required` is the sentence for an empty one; None lets it be empty.

    A kind says in read() what a text that is not empty comes to, with ValueError for the sentence to its typist, and
    in write() how its data is shown. What was typed stands in the field again after an error.
    """

    widget: Any = TextInput()
    empty: Any = ""

    def __init__(self, label: Text = "", *, required: Text | None = None, hint: Text = "", **kwargs: Any) -> None:
        super().__init__(label, description=hint, **kwargs)
        self.required = required
        if required:
            self.flags.required = True

    def read(self, text: str) -> Any:
        """Give the data that a text comes to. Raises ValueError with a sentence."""
        return text

    def write(self, data: Any) -> str:
        """Give the text that shows data other than None."""
        return str(data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the one value that was posted; an absent one counts as empty."""
        self.data = self.empty
        if len(valuelist) > 1 or any(not isinstance(one, str) for one in valuelist):
            raise ValueError(str(ONE_VALUE))
        if valuelist and not parsers.is_blank(valuelist[0]):
            self.data = self.read(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        """Ask for what is missing; nothing else is looked at where the value could not be read."""
        if self.errors:
            raise StopValidation
        if self.required and self.data == self.empty:
            raise StopValidation(str(self.required))

    def _value(self) -> str:
        typed = self.raw_data[0] if self.raw_data else None
        if isinstance(typed, str):
            return "".join("\ufffd" if parsers.has_control_characters(c, but="\r\n\t") else c for c in typed)
        return "" if self.data is None else self.write(self.data)
