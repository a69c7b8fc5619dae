"""The sort order of lists, and the sort key of names and titles."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True)
class Sort:
    """A list's sort order: a column that is never NULL (ties are broken by id), and the direction."""

    column: InstrumentedAttribute[Any]
    descending: bool = False

    def value(self, row: Any) -> Any:
        """Return a row's sort value."""
        return getattr(row, self.column.key)


def sort_key(text: str) -> str:
    """Return a name's or title's sort key: the text without accents and case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))[:255]
