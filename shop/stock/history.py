"""History: the movements of stock that fit what somebody asks for, newest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, column, select, table

from shop.catalogue.product import Variant
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.filtered_query import Filter
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort
from shop.settings import store
from shop.stock import shelf
from shop.stock.ledger import Movement, Reason

ORDERS = table("orders", column("id"), column("number"))  # of another room: known by its name alone
LONGEST = 255  # characters of what is asked for
NOT_A_DAY = "Enter days such as 2026-03-29."


@dataclass(frozen=True)
class Asked:
    """What is asked for; days are the store's, both included. What is empty asks for nothing.

    `unread` are the sentences about what cannot be read: with any of them nothing fits.
    """

    q: str = ""
    by: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None
    unread: tuple[str, ...] = ()


def read(args: Mapping[str, str]) -> Asked:
    """Read what is asked for from an address."""
    q, by, reason = (args.get(name, "").replace("\0", "").strip()[:LONGEST] for name in ("q", "by", "reason"))
    since, until = (_day(args.get(name, "")) for name in ("since", "until"))
    unread = [*shelf.unread_words(args.get("q", "")), *filtered_query.choice_errors("reason", reason, tuple(Reason))]
    given = ((args.get("since", ""), since), (args.get("until", ""), until))
    unread += [NOT_A_DAY for text, day in given if text.strip() and day is None]
    known = reason if reason in tuple(Reason) else ""
    return Asked(q=q, by=by.lower(), reason=known, since=since, until=until, unread=tuple(dict.fromkeys(unread)))


def listed(asked: Asked, at: PageRef) -> Page:
    """Give a part of the movements that fit."""
    # By the time where days are asked for, else by the number, which is the same order.
    order = Sort(Movement.at if asked.since or asked.until else Movement.id, descending=True)
    return pagination.load_page(filtered_query.apply_filters(select(Movement), Movement, order, _filters(asked)), at)


def of_variant(variant_id: int, at: PageRef) -> Page:
    """Give a part of the movements of one variant."""
    query = select(Movement).where(Movement.variant_id == variant_id)
    return pagination.load_page(
        filtered_query.apply_filters(query, Movement, Sort(Movement.id, descending=True), []), at
    )


def variants_of(movements: Iterable[Movement]) -> dict[int, Variant]:
    """Give the variants of some movements with their products, by id."""
    return shelf.by_id({one.variant_id for one in movements})


def orders_of(movements: Iterable[Movement]) -> dict[int, int]:
    """Give the numbers of the orders for which some movements were made, by the order's id."""
    ids = {one.order_id for one in movements if one.order_id}
    query = select(ORDERS.c.id, ORDERS.c.number).where(ORDERS.c.id.in_(ids))
    return dict(db.session.execute(query).all())


def people() -> list[str]:
    """Give who moved stock, the first by name."""
    return filtered_query.distinct_values(Movement.by)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None  # a day more or less must be a date as well


def _filters(asked: Asked) -> list[Filter]:
    if asked.unread:
        return [filtered_query.NO_MATCH]
    found = [_of_variants(one) for one in shelf.of_words(asked.q)]
    for name, exact in (("by", Movement.by), ("reason", Movement.reason)):
        if value := getattr(asked, name):
            found.append(Filter(exact == value, select(Movement.id).where(exact == value), (Movement.id,)))
    bounds = []
    here = store.get_store()
    if asked.since:
        bounds.append(Movement.at >= here.start_of(asked.since))
    if asked.until:
        bounds.append(Movement.at < here.start_of(asked.until + timedelta(days=1)))
    if bounds:
        found.append(Filter(and_(*bounds), select(Movement.id).where(*bounds), (Movement.at,)))
    return found


def _of_variants(one: Filter) -> Filter:
    if one.ids is None:  # looked up movement by movement: so many variants fit that the newest soon have a page of them
        mine = select(Variant.id).where(Variant.id == Movement.variant_id, one.fits).limit(1)
        return Filter(mine.scalar_subquery().is_not(None))
    fits = Movement.variant_id.in_(select(Variant.id).where(one.fits))
    return Filter(fits, select(Movement.id).where(fits))
