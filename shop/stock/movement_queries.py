"""Queries for the history of stock, newest first."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import and_, column, select, table

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.filtered_query import Filter
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort
from shop.settings import store
from shop.stock import queries
from shop.stock.filters import MovementCriteria
from shop.stock.models.movement import Movement

ORDERS = table("orders", column("id"), column("number"))  # another room's table, known by its name alone


def list_movements(criteria: MovementCriteria, at: PageRef) -> Page:
    """Return a page of the movements that match."""
    # By time where the filters name days, else by id, which is the same order.
    order = Sort(Movement.at if criteria.since or criteria.until else Movement.id, descending=True)
    return pagination.load_page(filtered_query.apply_filters(select(Movement), Movement, order, _filters(criteria)), at)


def list_variant_movements(variant_id: int, at: PageRef) -> Page:
    """Return a page of the movements of one variant."""
    query = select(Movement).where(Movement.variant_id == variant_id)
    return pagination.load_page(
        filtered_query.apply_filters(query, Movement, Sort(Movement.id, descending=True), []), at
    )


def load_variants_of(movements: Iterable[Movement]) -> dict[int, Variant]:
    """Return the variants of some movements with their products, by id."""
    return queries.load_variants({one.variant_id for one in movements})


def load_order_numbers(movements: Iterable[Movement]) -> dict[int, int]:
    """Return the numbers of the orders for which some movements were made, by the order's id."""
    ids = {one.order_id for one in movements if one.order_id}
    query = select(ORDERS.c.id, ORDERS.c.number).where(ORDERS.c.id.in_(ids))
    return dict(db.session.execute(query).all())


def list_people() -> list[str]:
    """Return the people who moved stock, the first by name."""
    return filtered_query.distinct_values(Movement.by)


def _filters(criteria: MovementCriteria) -> list[Filter]:
    if criteria.unread:
        return [filtered_query.NO_MATCH]
    found = [_of_variants(one) for one in queries.filter_by_words(criteria.q)]
    for name, exact in (("by", Movement.by), ("reason", Movement.reason)):
        if value := getattr(criteria, name):
            found.append(Filter(exact == value, select(Movement.id).where(exact == value), (Movement.id,)))
    bounds = []
    here = store.get_store()
    if criteria.since:
        bounds.append(Movement.at >= here.start_of(criteria.since))
    if criteria.until:
        bounds.append(Movement.at < here.start_of(criteria.until + timedelta(days=1)))
    if bounds:
        found.append(Filter(and_(*bounds), select(Movement.id).where(*bounds), (Movement.at,)))
    return found


def _of_variants(one: Filter) -> Filter:
    if one.ids is None:  # looked up by movement: so many variants match that the newest movements soon fill a page
        mine = select(Variant.id).where(Variant.id == Movement.variant_id, one.condition).limit(1)
        return Filter(mine.scalar_subquery().is_not(None))
    condition = Movement.variant_id.in_(select(Variant.id).where(one.condition))
    return Filter(condition, select(Movement.id).where(condition))
