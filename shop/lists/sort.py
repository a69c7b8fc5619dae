"""What a list is sorted by, and the key by which names and titles are."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True)
class Sort:
    """By what a list is sorted: a column that is never NULL (ties fall to the id), and which way."""

    column: InstrumentedAttribute[Any]
    descending: bool = False

    def value(self, row: Any) -> Any:
        """Return what a row is sorted by."""
        return getattr(row, self.column.key)


def sort_key(text: str) -> str:
    """Return what a name or title is sorted by: itself without accents and case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))[:255]
