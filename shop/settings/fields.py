"""Fields that the store's forms share: strict in what they take, plain in what they give, and keeping what was typed.

Each gives data that JSON keeps as it is (text, a whole number, a list of texts, or None): shop.editing compares it.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, SelectField
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import EmailInput, Select, TelInput, TextArea, TextInput

from shop import money
from shop.address import parse
from shop.settings import reading, store

ONE_VALUE = "Send one value for this field."
GONE = "Not there any more"
ONE_TAG = "Enter one tag, without commas."
TYPED_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
TYPED_DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}

AnyForm = TypeVar("AnyForm", bound=FlaskForm)


def with_fields(form: type[AnyForm], **fields: Any) -> type[AnyForm]:
    """Give a kind of form with these fields as well, such as one for each row of what it is about."""
    return type(form.__name__, (form,), fields)


class TypedField(Field):
    """A field of exactly one typed text. `required` is the sentence for an empty one; None lets it be empty.

    A kind says in read() what a text that is not empty comes to, with ValueError for the sentence to its typist, and
    in write() how its data is shown. What was typed stands in the field again after an error.
    """

    widget: Any = TextInput()
    empty: Any = ""

    def __init__(self, label: str = "", *, required: str | None = None, hint: str = "", **kwargs: Any) -> None:
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
            raise ValueError(ONE_VALUE)
        if valuelist and not reading.is_blank(valuelist[0]):
            self.data = self.read(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        """Ask for what is missing; nothing else is looked at where the value could not be read."""
        if self.errors:
            raise StopValidation
        if self.required and self.data == self.empty:
            raise StopValidation(self.required)

    def _value(self) -> str:
        typed = self.raw_data[0] if self.raw_data else None
        if isinstance(typed, str):
            return "".join("\ufffd" if reading.has_controls(c, but="\r\n\t") else c for c in typed)
        return "" if self.data is None else self.write(self.data)


class LineField(TypedField):
    """One line of text, without space around it: at most `most` characters."""

    def __init__(self, label: str = "", *, most: int = 255, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most
        self.flags.maxlength = most

    def read(self, text: str) -> str:
        """Give the text stripped."""
        return reading.line(text, self.most)


class LongTextField(LineField):
    """Text of many lines, which end in \\n alone."""

    widget: Any = TextArea()

    def __init__(self, label: str = "", *, most: int = 10_000, **kwargs: Any) -> None:
        super().__init__(label, most=most, **kwargs)

    def read(self, text: str) -> str:
        """Give the text with its line ends made alike."""
        return reading.lines(text, self.most)


class PhoneField(LineField):
    """A telephone number as people write it."""

    widget: Any = TelInput()

    def __init__(self, label: str = "", *, most: int = 50, **kwargs: Any) -> None:
        super().__init__(label, most=most, **kwargs)

    def read(self, text: str) -> str:
        """Give the number stripped."""
        return reading.phone(text, self.most)


class EmailField(TypedField):
    """One e-mail address in its only spelling, as the front door reads it; empty text where empty."""

    widget: Any = EmailInput()

    def read(self, text: str) -> str:
        """Give the address in lower case."""
        return parse(text)


class TagsField(TypedField):
    """Tags with commas between them: a list of texts, each once whatever its case; the first spelling wins."""

    @property
    def empty(self) -> list[str]:
        """Give a list of its own to each field."""
        return []

    def read(self, text: str) -> list[str]:
        """Give the tags in the order they were typed."""
        return reading.tags(text)

    def write(self, data: Any) -> str:
        """Give the tags with commas between them."""
        return ", ".join(data)


def one_tag(field: TypedField) -> None:
    """Read the data of a field of a line as one tag. Raises ValidationError where it is none, or several."""
    found = reading.tags(field.data)
    if len(found) != 1:
        raise ValidationError(ONE_TAG)
    [field.data] = found


class ChoiceSelect(Select):
    """A select in which what was sent, and is not there any more, is still what is chosen.

    Else a browser would show the first choice in its place, and the next press would save that unasked.
    """

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Return the markup."""
        drawn = super().__call__(field, **kwargs)
        sent = field.raw_data[0] if field.raw_data else None
        if not isinstance(sent, str) or any(one.selected for one in field.iter_choices()):
            return drawn
        start, end, rest = drawn.partition(">")
        gone: Markup = self.render_option(Choice(sent, GONE, True, {}))  # type: ignore[call-arg]
        return start + end + gone + rest


class ChoiceField(SelectField):
    """One of several choices, which somebody else may take away meanwhile."""

    widget: Any = ChoiceSelect()


class WholeNumberField(TypedField):
    """A whole number from `least` to `most`; None where empty."""

    empty = None

    def __init__(self, label: str = "", *, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": TYPED_NUMBER, **kwargs})
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        """Give the number."""
        return reading.whole_number(text, self.least, self.most)


class PercentField(TypedField):
    """A percentage from 0 to 100: basis points (1900 is 19 %); None where empty."""

    empty = None

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": TYPED_DECIMAL, **kwargs})

    def read(self, text: str) -> int:
        """Give basis points."""
        return reading.percent(text)

    def write(self, data: Any) -> str:
        """Give 1900 as 19, and 825 as 8.25."""
        return f"{data // 100}.{data % 100:02}".rstrip("0").rstrip(".") if data % 100 else str(data // 100)


class MoneyField(TypedField):
    """An amount from `least` to `most`: minor units of the store's currency, or of the one given; None where empty."""

    empty = None

    def __init__(
        self,
        label: str = "",
        *,
        least: int = 0,
        most: int = money.MOST,
        currency: str | Callable[[], str] = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **{"render_kw": TYPED_DECIMAL, **kwargs})
        self.least, self.most, self._currency = least, most, currency

    @property
    def currency(self) -> str:
        """Give the ISO code of the currency that the amount is in."""
        named = self._currency() if callable(self._currency) else self._currency
        return named or store.current().currency

    def read(self, text: str) -> int:
        """Give minor units, read as the store's locale writes numbers or plainly with a point."""
        here = store.current()
        reading.refuse_barcode(text)
        amount = money.read(text, self.currency, here.locale)
        if not self.least <= amount <= self.most:
            least, most = (money.write(one, self.currency, here.locale) for one in (self.least, self.most))
            raise ValueError(f"Enter an amount from {least} to {most}.")
        return amount

    def write(self, data: Any) -> str:
        """Give the amount as the store's locale types it."""
        return money.typed(data, self.currency, store.current().locale)
