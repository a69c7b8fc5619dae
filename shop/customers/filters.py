"""The filters and the sort order of the customer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.customers.models.customer import Customer
from shop.fields.parsers import LONGEST_TAG, has_control_characters
from shop.lists.criteria import Criteria, Criterion, parse_choice, parse_text
from shop.search import word_index

LONGEST_SEARCH = 200  # characters
MARKETING = {"yes": _l("Consented to marketing"), "no": _l("No consent to marketing")}


def parse_tag(text: str) -> tuple[str, Sequence[str]]:
    """Parse a tag that a customer may have."""
    tag = text.strip()
    is_tag = len(tag) <= LONGEST_TAG and not has_control_characters(tag)
    return (tag, ()) if is_tag else ("", [_("This tag is too long or contains control characters.")])


@dataclass(frozen=True)
class CustomerCriteria(Criteria):
    """The criteria of the customer list. `marketing` is `yes`, `no` or empty."""

    CRITERIA: ClassVar = (
        Criterion("q", parse_text(word_index.query_errors, LONGEST_SEARCH), _l("Search: %(value)s")),
        Criterion("tag", parse_tag, _l("Tag: %(value)s")),
        Criterion("marketing", parse_choice(_l("marketing filter"), MARKETING), _l("%(value)s"), MARKETING.__getitem__),
    )
    SORTS: ClassVar = {
        "name": Customer.name_key,
        "orders": Customer.orders,
        "spent": Customer.spent,
        "newest": Customer.id,
    }

    q: str = ""
    tag: str = ""
    marketing: str = ""
    sort: str = "-newest"
