"""The filters of the stock list and of the stock history, parsed from their URLs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute

from shop.catalogue import filters, queries
from shop.catalogue.models.product import StockState, Variant
from shop.lists import filtered_query
from shop.lists.sort import Sort
from shop.search import word_index
from shop.stock.models.movement import Reason

SORTS: dict[str, InstrumentedAttribute[Any]] = {
    "product": Variant.title_key,
    "on-hand": Variant.on_hand,
    "committed": Variant.committed,
    "available": Variant.available,
}


@dataclass(frozen=True)
class StockFilters:
    """The filters in the URL of the list; with any sentence in `unread` nothing matches."""

    q: str = ""
    state: str = ""
    sort: str = "product"
    unread: tuple[str, ...] = ()

    @property
    def order(self) -> Sort:
        """Return the sort order of the list."""
        return Sort(SORTS[self.sort.removeprefix("-")], descending=self.sort.startswith("-"))


def parse_stock_filters(args: Mapping[str, str]) -> StockFilters:
    """Read the filters of the stock list from a URL."""
    sort, state = args.get("sort", ""), args.get("state", "")
    unread = [
        *list_unread_words(args.get("q", "")),
        *filtered_query.choice_errors(_("stock status"), state, tuple(StockState)),
    ]
    return StockFilters(
        q=args.get("q", "").replace("\0", "").strip()[: filters.LONGEST],
        state=state if state in tuple(StockState) else "",
        sort=sort if sort.removeprefix("-") in SORTS else StockFilters.sort,
        unread=tuple(unread),
    )


def list_unread_words(typed: str) -> list[str]:
    """Return the sentence about a search text that can match no variant; none if it can."""
    return [] if queries.list_variants_by_code(typed) else word_index.query_errors(typed)


LONGEST = 255  # characters of a filter
NOT_A_DAY = _l("Enter dates like 2026-03-29.")


@dataclass(frozen=True)
class MovementFilters:
    """The filters of the history; days are in the store's time zone, both included. An empty filter is off.

    `unread` has the sentences about what cannot be read: with any of them nothing matches.
    """

    q: str = ""
    by: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None
    unread: tuple[str, ...] = ()


def parse_movement_filters(args: Mapping[str, str]) -> MovementFilters:
    """Read the filters of the history from a URL."""
    q, by, reason = (args.get(name, "").replace("\0", "").strip()[:LONGEST] for name in ("q", "by", "reason"))
    since, until = (_day(args.get(name, "")) for name in ("since", "until"))
    unread = [*list_unread_words(args.get("q", "")), *filtered_query.choice_errors(_("reason"), reason, tuple(Reason))]
    given = ((args.get("since", ""), since), (args.get("until", ""), until))
    unread += [str(NOT_A_DAY) for text, day in given if text.strip() and day is None]
    known = reason if reason in tuple(Reason) else ""
    return MovementFilters(
        q=q, by=by.lower(), reason=known, since=since, until=until, unread=tuple(dict.fromkeys(unread))
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None  # the day before and after must be a date as well
