"""Fields of tags: several, separated by commas, or exactly one."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from shop.fields import parsers
from shop.fields.typed_field import TypedField

ONE_TAG = _l("Enter one tag, without commas.")


class TagsField(TypedField):
    """Comma-separated tags as a list, without duplicates (case-insensitively); the first spelling wins."""

    @property
    def empty(self) -> list[str]:
        """Return a new list for each field."""
        return []

    def parse_value(self, text: str) -> list[str]:
        """Return the tags in the order they were typed."""
        return parsers.parse_tags(text)

    def format_value(self, data: Any) -> str:
        """Return the tags separated by commas."""
        return ", ".join(data)


def require_one_tag(field: TypedField) -> None:
    """Parse a line field's data as one tag. Raises ValidationError for none, or several."""
    found = parsers.parse_tags(field.data)
    if len(found) != 1:
        raise ValidationError(str(ONE_TAG))
    [field.data] = found
