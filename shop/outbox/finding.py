"""Finding letters by what became of them."""

from sqlalchemy import select

from shop.lists import filtered_query, pagination
from shop.lists.counts import RowCount, count_each
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort
from shop.outbox.letters import OUTCOMES, Letter, has_outcome


def listed(outcome: str, at: PageRef) -> Page:
    """Give a part of the letters with that outcome, newest first."""
    query = select(Letter).where(has_outcome(outcome))
    return pagination.load_page(filtered_query.apply_filters(query, Letter, Sort(Letter.id, descending=True), []), at)


def counts() -> dict[str, RowCount]:
    """Count the letters by outcome, each up to a bound."""
    return count_each({one: select(Letter.id).where(has_outcome(one)) for one in OUTCOMES})
