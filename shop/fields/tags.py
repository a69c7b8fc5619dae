"""Fields of tags: several with commas between them, or exactly one."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from shop.fields import parsers
from shop.fields.typed_field import TypedField

ONE_TAG = _l("Enter one tag, without commas.")


class TagsField(TypedField):
    """Tags with commas between them: a list of texts, each once whatever its case; the first spelling wins."""

    @property
    def empty(self) -> list[str]:
        """Give a list of its own to each field."""
        return []

    def read(self, text: str) -> list[str]:
        """Give the tags in the order they were typed."""
        return parsers.parse_tags(text)

    def write(self, data: Any) -> str:
        """Give the tags with commas between them."""
        return ", ".join(data)


def require_one_tag(field: TypedField) -> None:
    """Read the data of a field of a line as one tag. Raises ValidationError where it is none, or several."""
    found = parsers.parse_tags(field.data)
    if len(found) != 1:
        raise ValidationError(str(ONE_TAG))
    [field.data] = found
