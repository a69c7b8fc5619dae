"""The filters and the sort order of the product list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from shop.catalogue.models.product import Product, ProductStatus, StockState
from shop.lists.criteria import LONGEST, Criteria, Criterion, Parser, parse_choice, parse_text
from shop.search import word_index

STOCK_LABELS = {"in": _l("in stock"), "low": _l("low stock"), "out": _l("out of stock")}


def parse_value(sentence: object) -> Parser:
    """Return a parser for a value that products have; what cannot be such a value gets the sentence."""

    def find_errors(text: str) -> Sequence[str]:
        return [str(sentence)] if "\0" in text or len(text) > LONGEST else []

    return parse_text(find_errors)


@dataclass(frozen=True)
class ProductCriteria(Criteria):
    """The criteria of the product list."""

    CRITERIA: ClassVar = (
        Criterion("q", parse_text(word_index.query_errors), _l("Search: %(value)s")),
        Criterion("status", parse_choice(_l("status"), tuple(ProductStatus))),
        Criterion(
            "stock",
            parse_choice(_l("stock status"), tuple(StockState)),
            _l("Stock: %(value)s"),
            STOCK_LABELS.__getitem__,
        ),
        Criterion(
            "type", parse_value(_l("This type is too long or contains control characters.")), _l("Type: %(value)s")
        ),
        Criterion(
            "vendor",
            parse_value(_l("This vendor is too long or contains control characters.")),
            _l("Vendor: %(value)s"),
        ),
        Criterion("tag", parse_value(_l("This tag is too long or contains control characters.")), _l("Tag: %(value)s")),
    )
    SORTS: ClassVar = {
        "title": Product.title_key,
        "price": Product.price_low,
        "stock": Product.available,
        "updated": Product.updated_at,
    }

    q: str = ""
    status: str = ""
    stock: str = ""
    type: str = ""
    vendor: str = ""
    tag: str = ""
    sort: str = "-updated"
