"""Ids: the integer keys of rows, parsed strictly wherever they come from outside."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1  # maximum of an id column; PostgreSQL refuses to compare with a larger one
LONGEST = 10  # digits of LARGEST


class IdConverter(IntegerConverter):
    """An id in a URL rule, such as `/products/<id:product_id>`: a number that no row can have is not found."""

    regex = r"[1-9]\d{0,9}"

    def __init__(self, map: Any) -> None:
        super().__init__(map, min=1, max=LARGEST)


def parse_id(text: str) -> int | None:
    """Return the id in a text; None if no row could have it."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST else None


def parse_ids(texts: Iterable[str]) -> list[int]:
    """Return the ids in the texts, in order and without duplicates; invalid ones are left out."""
    return list(dict.fromkeys(number for text in texts if (number := parse_id(text))))


def digest_ids(ids: Iterable[int]) -> str:
    """Return a hash of a set of ids, as hex digits."""
    return sha256(",".join(map(str, sorted(set(ids)))).encode()).hexdigest()
