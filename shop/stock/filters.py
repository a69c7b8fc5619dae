"""The filters of the stock list and of the stock history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from shop.catalogue import queries
from shop.catalogue.models.product import StockState, Variant
from shop.lists.criteria import Criteria, Criterion, parse_choice, parse_day, parse_text
from shop.search import word_index
from shop.stock.labels import REASON_LABELS
from shop.stock.models.movement import Reason


def search_errors(typed: str) -> Sequence[str]:
    """Return the sentence about a search text that can match no variant; none if it can."""
    return [] if queries.list_variants_by_code(typed) else word_index.query_errors(typed)


def parse_person(text: str) -> tuple[str, Sequence[str]]:
    """Parse the email address of a person, or who else changes stock."""
    typed, errors = parse_text()(text)
    return typed.lower(), errors


@dataclass(frozen=True)
class StockCriteria(Criteria):
    """The criteria of the stock list."""

    CRITERIA: ClassVar = (
        Criterion("q", parse_text(search_errors), _l("Search: %(value)s")),
        Criterion("state", parse_choice(_l("stock status"), tuple(StockState))),
    )
    SORTS: ClassVar = {
        "product": Variant.title_key,
        "on-hand": Variant.on_hand,
        "committed": Variant.committed,
        "available": Variant.available,
    }

    q: str = ""
    state: str = ""
    sort: str = "product"


@dataclass(frozen=True)
class MovementCriteria(Criteria):
    """The criteria of the stock history; days are in the store's time zone, both included."""

    CRITERIA: ClassVar = (
        Criterion("q", parse_text(search_errors), _l("Search: %(value)s")),
        Criterion("by", parse_person, _l("By: %(value)s")),
        Criterion(
            "reason",
            parse_choice(_l("reason"), tuple(Reason)),
            _l("Reason: %(value)s"),
            lambda value: REASON_LABELS[Reason(value)],
        ),
        Criterion("since", parse_day, _l("From: %(value)s")),
        Criterion("until", parse_day, _l("To: %(value)s")),
    )

    q: str = ""
    by: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None
