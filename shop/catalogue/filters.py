"""The filters and the sort order of the product list, parsed from its URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from shop.catalogue.models.product import Product, ProductStatus, StockState
from shop.lists import filtered_query
from shop.lists.sort import Sort
from shop.search import word_index

LONGEST = 255  # characters of what is looked for
SORTS: dict[str, InstrumentedAttribute[Any]] = {
    "title": Product.title_key,
    "price": Product.price_low,
    "stock": Product.available,
    "updated": Product.updated_at,
}
NAMES = ("q", "status", "stock", "type", "vendor", "tag", "sort")
CHOICES = {"status": tuple(ProductStatus), "stock": tuple(StockState)}


@dataclass(frozen=True)
class ProductFilters:
    """What is looked for, as it stands in the address of the list.

    `unread` are the sentences about what cannot be read there: with any of them nothing fits.
    """

    q: str = ""
    status: str = ""
    stock: str = ""
    type: str = ""
    vendor: str = ""
    tag: str = ""
    sort: str = "-updated"
    unread: tuple[str, ...] = ()

    @property
    def order(self) -> Sort:
        """Return by what the list is sorted."""
        return Sort(SORTS[self.sort.removeprefix("-")], descending=self.sort.startswith("-"))


def parse_filters(args: Mapping[str, str]) -> ProductFilters:
    """Read what is looked for from an address, or from fields that carry it."""
    typed = {name: args.get(name, "").strip() for name in NAMES}
    found = {name: clean_text(one) for name, one in typed.items()}
    unread = _unread(typed)
    for name, choices in CHOICES.items():
        found[name] = found[name] if found[name] in choices else ""
    if found["sort"].removeprefix("-") not in SORTS:
        found["sort"] = ProductFilters.sort
    return ProductFilters(**found, unread=tuple(unread))


def _unread(typed: Mapping[str, str]) -> list[str]:
    found = [
        *word_index.query_errors(typed["q"]),
        *filtered_query.choice_errors("status", typed["status"], CHOICES["status"]),
        *filtered_query.choice_errors("state of stock", typed["stock"], CHOICES["stock"]),
    ]
    changed = [name for name in ("type", "vendor", "tag") if clean_text(typed[name]) != typed[name]]
    return [*found, *(f"That {name} is too long, or cannot be read." for name in changed)]


def clean_text(text: str) -> str:
    return "".join(c for c in text if c != "\0").strip()[:LONGEST]
