"""Ids: the whole numbers that rows are named by, read strictly wherever they come from outside."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1  # that a column of ids holds; PostgreSQL refuses to compare with a larger one
LONGEST = 10  # digits of that


class IdConverter(IntegerConverter):
    """An id in an address, as in `/products/<id:product_id>`: no page has one that no row can have."""

    regex = r"[1-9]\d{0,9}"

    def __init__(self, map: Any) -> None:
        super().__init__(map, min=1, max=LARGEST)


def parse_id(text: str) -> int | None:
    """Return the id that a text spells; None where it spells none that a row could have."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST else None


def parse_ids(texts: Iterable[str]) -> list[int]:
    """Return the ids that texts spell, each once and in their order; what spells none is left out."""
    return list(dict.fromkeys(number for text in texts if (number := parse_id(text))))


def digest_ids(ids: Iterable[int]) -> str:
    """Return a text, of hex digits, that is another one for any other set of ids."""
    return sha256(",".join(map(str, sorted(set(ids)))).encode()).hexdigest()
