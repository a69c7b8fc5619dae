"""The filters and the sort order of the customer list, parsed from its URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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
    """The filters of the list. `marketing` is `yes` or `no`; `sort` a name of SORTS, with a minus for descending.

    `unread` has the sentences about what cannot be read: with any of them no customer matches.
    """

    words: str = ""
    tag: str = ""
    marketing: str = ""
    sort: str = "-newest"
    unread: tuple[str, ...] = ()

    @property
    def order(self) -> Sort:
        """Return the sort order of the list."""
        return Sort(SORTS[self.sort.lstrip("-")], descending=self.sort.startswith("-"))


NAMES = ("q", "tag", "marketing", "sort")
MARKETING = {"yes": _l("Agreed to marketing"), "no": _l("Has not agreed to marketing")}


def parse_filters(args: Mapping[str, str]) -> CustomerFilters:
    """Read the filters of the customer list from a URL."""
    typed = {name: args.get(name, "").strip() for name in NAMES}
    is_tag = len(typed["tag"]) <= LONGEST_TAG and not has_control_characters(typed["tag"])
    unread = [
        *word_index.query_errors(typed["q"]),
        *filtered_query.choice_errors(_("marketing filter"), typed["marketing"], MARKETING),
    ]
    unread += [] if is_tag else [_("This tag is too long or contains control characters.")]
    return CustomerFilters(
        words=typed["q"][:200],
        tag=typed["tag"] if is_tag else "",
        marketing=typed["marketing"] if typed["marketing"] in MARKETING else "",
        sort=typed["sort"] if typed["sort"].removeprefix("-") in SORTS else CustomerFilters.sort,
        unread=tuple(unread),
    )
