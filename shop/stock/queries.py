"""Queries for the stock list, and for one variant."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from shop.catalogue import queries
from shop.catalogue.models.product import StockState, Variant
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.counts import RowCount, count_each
from shop.lists.filtered_query import Filter
from shop.lists.pages import Page, PageRef
from shop.search import word_index
from shop.stock.filters import StockCriteria
from shop.stock.locks import lock_variants

FEW_PRODUCTS = 500  # whose variants are looked up


def list_variants(criteria: StockCriteria, at: PageRef) -> tuple[Page, dict[str, RowCount]]:
    """Return a page of the variants that match, with their products; and how many match by state, "" for any."""
    words_ = [
        filtered_query.resolve_filter(one)
        for one in ([filtered_query.NO_MATCH] if criteria.unread else filter_by_words(criteria.q))
    ]
    counts = _counts(words_)
    query = select(Variant).options(selectinload(Variant.product))
    found = filtered_query.apply_filters(
        query, Variant, criteria.order, [*words_, *_of_state(criteria, None if words_ else counts)]
    )
    return pagination.load_page(found, at, count=counts.get(criteria.state)), counts


def select_ids_in_state(state: StockState) -> Select[Any]:
    """Return a query for the ids of the variants in a state: of those that are low or out, the ones that are sold."""
    return select(Variant.id).where(_is_in(state))


def filter_by_words(typed: str) -> list[Filter]:
    """Return the condition of the search: the variant with exactly this code, or those of products with the words.

    An empty search is no condition; punctuation alone, unless it is a code, matches no variant.
    """
    asked = word_index.split_words(typed)[: word_index.MOST_ASKED]
    if exact := [one.id for one in queries.list_variants_by_code(typed)]:
        return [Filter(Variant.id.in_(exact), exact)]
    if not asked:
        return [filtered_query.NO_MATCH] if typed.strip() else []
    few = word_index.find_if_few("product", asked, FEW_PRODUCTS)
    if few is None:
        return [Filter(word_index.has_all_words("product", asked, Variant.product_id))]
    conditions = filtered_query.is_one_of(Variant.product_id, few)
    return [Filter(conditions, select(Variant.id).where(conditions))]


def find_variant(variant_id: int) -> Variant | None:
    """Return a variant with its product."""
    found: Variant | None = db.session.scalar(_one(variant_id))
    return found


def find_locked_variant(variant_id: int) -> Variant | None:
    """Return a variant with its product as they are now, locked until this transaction ends."""
    lock_variants([variant_id])
    found: Variant | None = db.session.scalar(_one(variant_id).execution_options(populate_existing=True))
    return found


def load_variants(variant_ids: set[int]) -> dict[int, Variant]:
    """Return these variants with their products, by id."""
    query = select(Variant).where(Variant.id.in_(variant_ids)).options(joinedload(Variant.product))
    return {one.id: one for one in db.session.scalars(query)}


def _one(variant_id: int) -> Select[Any]:
    return select(Variant).where(Variant.id == variant_id).options(joinedload(Variant.product))


def _counts(words_: list[Filter]) -> dict[str, RowCount]:
    """Count by state what matches some words; nothing where many match."""
    if not words_:
        return count_each({"": select(Variant.id), **{one: select_ids_in_state(one) for one in StockState}})
    if all(one.ids is None for one in words_):
        return {}
    conditions = filtered_query.id_conditions(Variant, words_)
    columns = [func.count(), *(func.sum(case((_is_in(one), 1), else_=0)) for one in StockState)]
    found = db.session.execute(select(*columns).where(*conditions)).one()
    return {state: RowCount(int(number or 0)) for state, number in zip(("", *StockState), found, strict=True)}


def _of_state(criteria: StockCriteria, counts: Mapping[str, RowCount] | None) -> list[Filter]:
    """Return the condition of a state, with the number of variants in it as a lower bound, if they were counted."""
    if not criteria.state:
        return []
    # What the state says about the number: a list sorted by it begins where such numbers do.
    number: Any = Variant.available <= 0 if criteria.state == StockState.OUT else Variant.available > 0
    within = number if criteria.order.column is Variant.available else None
    least = counts[criteria.state].number if counts else 0
    ids = select_ids_in_state(StockState(criteria.state))
    return [Filter(_is_in(criteria.state), ids, within=within, least=least)]


def _is_in(state: str) -> ColumnElement[bool]:
    conditions = Variant.stock_state == state
    # What is not on sale needs no restocking.
    return conditions if state == StockState.IN else conditions & Variant.is_sold.is_(True)
