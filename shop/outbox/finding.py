"""Finding letters by what became of them."""

from sqlalchemy import select

from shop import listing, paging
from shop.listing import Count, Order
from shop.outbox.letters import OUTCOMES, Letter, has_outcome
from shop.places import Page, Place


def listed(outcome: str, at: Place) -> Page:
    """Give a part of the letters with that outcome, newest first."""
    query = select(Letter).where(has_outcome(outcome))
    return paging.page(listing.narrow(query, Letter, Order(Letter.id, descending=True), []), at)


def counts() -> dict[str, Count]:
    """Count the letters by outcome, each up to a bound."""
    return listing.counts({one: select(Letter.id).where(has_outcome(one)) for one in OUTCOMES})
