"""The filters and the sort order of the product list, parsed from its URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute

from shop.catalogue.models.product import Product, ProductStatus, StockState
from shop.lists import filtered_query
from shop.lists.sort import Sort
from shop.search import word_index

LONGEST = 255  # characters of a search term
SORTS: dict[str, InstrumentedAttribute[Any]] = {
    "title": Product.title_key,
    "price": Product.price_low,
    "stock": Product.available,
    "updated": Product.updated_at,
}
NAMES = ("q", "status", "stock", "type", "vendor", "tag", "sort")
CHOICES = {"status": tuple(ProductStatus), "stock": tuple(StockState)}
UNREADABLE = {
    "type": _l("That type is too long or can't be read."),
    "vendor": _l("That vendor is too long or can't be read."),
    "tag": _l("That tag is too long or can't be read."),
}


@dataclass(frozen=True)
class ProductFilters:
    """The search and filters, as in the URL of the list.

    `unread` are the sentences about what cannot be read there: with any of them nothing matches.
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
        """Return the column and direction that the list is sorted by."""
        return Sort(SORTS[self.sort.removeprefix("-")], descending=self.sort.startswith("-"))


def parse_filters(args: Mapping[str, str]) -> ProductFilters:
    """Read the search and filters from a URL, or from form fields that carry them."""
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
        *filtered_query.choice_errors(_("status"), typed["status"], CHOICES["status"]),
        *filtered_query.choice_errors(_("stock status"), typed["stock"], CHOICES["stock"]),
    ]
    return [*found, *(str(one) for name, one in UNREADABLE.items() if clean_text(typed[name]) != typed[name])]


def clean_text(text: str) -> str:
    return "".join(c for c in text if c != "\0").strip()[:LONGEST]
