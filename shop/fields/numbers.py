"""Fields of whole numbers and percentages."""

from typing import Any

from shop.fields import parsers
from shop.fields.typed_field import Text, TypedField

NUMBER_INPUT = {"inputmode": "numeric", "autocomplete": "off"}
DECIMAL_INPUT = {"inputmode": "decimal", "autocomplete": "off"}


class WholeNumberField(TypedField):
    """A whole number from `least` to `most`; None if empty."""

    empty = None

    def __init__(self, label: Text = "", *, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": NUMBER_INPUT, **kwargs})
        self.least, self.most = least, most

    def parse_value(self, text: str) -> int:
        """Return the number."""
        return parsers.parse_whole_number(text, self.least, self.most)


class PercentField(TypedField):
    """A percentage from 0 to 100, in basis points (1900 is 19%); None if empty."""

    empty = None

    def __init__(self, label: Text = "", **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": DECIMAL_INPUT, **kwargs})

    def parse_value(self, text: str) -> int:
        """Return basis points."""
        return parsers.parse_percent(text)

    def format_value(self, data: Any) -> str:
        """Return 1900 as 19, and 825 as 8.25."""
        return f"{data // 100}.{data % 100:02}".rstrip("0").rstrip(".") if data % 100 else str(data // 100)
