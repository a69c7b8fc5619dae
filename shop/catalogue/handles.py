"""Handles: the unique name of a product in its web address, made from its title."""

from collections.abc import Iterator
from itertools import count

from slugify import slugify
from sqlalchemy import select

from shop.catalogue.models.product import Product
from shop.extensions import db
from shop.transactions import take_advisory_lock

LONGEST = 240  # leaves room for a number behind it
NAMELESS = "product"  # of a title that has neither letters nor digits
AT_ONCE = 50  # candidates that one query looks up


def normalize_handle(text: str) -> str:
    """Return a text spelled as a handle: plain lowercase letters, digits and hyphens; empty where none are left."""
    return str(slugify(text, max_length=LONGEST, word_boundary=True)) or str(slugify(text, max_length=LONGEST))


def get_free_handle(text: str, *, but: int | None = None) -> str:
    """Return the first of mug, mug-2, mug-3 … that no product but `but` has; reserved until the transaction ends."""
    take_advisory_lock("product handles")
    base = normalize_handle(text) or NAMELESS
    for batch in _batches(base):
        taken = _taken(batch, but)
        if left := [handle for handle in batch if handle not in taken]:
            return left[0]
    raise AssertionError("the numbers ran out")  # not marked: logged


def is_free(handle: str, *, but: int | None = None) -> bool:
    """Say whether no product but `but` has a handle; if so, it is reserved until the transaction ends."""
    take_advisory_lock("product handles")
    return not _taken([handle], but)


def _batches(base: str) -> Iterator[list[str]]:
    yield [base]
    for first in count(2, AT_ONCE):
        yield [f"{base}-{number}" for number in range(first, first + AT_ONCE)]


def _taken(handles: list[str], but: int | None) -> set[str]:
    query = select(Product.handle).where(Product.handle.in_(handles), Product.id != (but or 0))
    return set(db.session.scalars(query))
