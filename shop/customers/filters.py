"""The filters and the sort order of the customer list, parsed from its URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shop.customers.models.customer import Customer
from shop.fields.parsers import LONGEST_TAG, has_control_characters
from shop.lists import filtered_query
from shop.lists.sort import Sort
from shop.search import word_index

SORTS: dict[str, Any] = {
    "name": Customer.name_key,
    "orders": Customer.orders,
    "spent": Customer.spent,
    "newest": Customer.id,
}


@dataclass(frozen=True)
class CustomerFilters:
    """What is looked for. `marketing` is `yes` or `no`; `sort` a name of SORTS, with a minus for downwards.

    `unread` are the sentences about what cannot be read: with any of them nobody fits.
    """

    words: str = ""
    tag: str = ""
    marketing: str = ""
    sort: str = "-newest"
    unread: tuple[str, ...] = ()

    @property
    def order(self) -> Sort:
        """Return by what the list is sorted."""
        return Sort(SORTS[self.sort.lstrip("-")], descending=self.sort.startswith("-"))


NAMES = ("q", "tag", "marketing", "sort")
MARKETING = {"yes": "Agreed to marketing", "no": "Did not agree to marketing"}


def parse_filters(args: Mapping[str, str]) -> CustomerFilters:
    """Read what is looked for."""
    typed = {name: args.get(name, "").strip() for name in NAMES}
    is_tag = len(typed["tag"]) <= LONGEST_TAG and not has_control_characters(typed["tag"])
    unread = [
        *word_index.query_errors(typed["q"]),
        *filtered_query.choice_errors("choice of marketing", typed["marketing"], MARKETING),
    ]
    unread += [] if is_tag else ["That tag is too long, or cannot be read."]
    return CustomerFilters(
        words=typed["q"][:200],
        tag=typed["tag"] if is_tag else "",
        marketing=typed["marketing"] if typed["marketing"] in MARKETING else "",
        sort=typed["sort"] if typed["sort"].removeprefix("-") in SORTS else CustomerFilters.sort,
        unread=tuple(unread),
    )
