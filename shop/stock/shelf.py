"""Shelf: what there is of every variant, found and sorted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload

from shop import listing
from shop.catalogue import finding
from shop.catalogue.product import Product, Status, StockState, Variant
from shop.extensions import db
from shop.listing import Count, Filter, Order, Page
from shop.search import words
from shop.stock.holding import hold

SORTS = {
    "product": Order(Product.title_key, of="product.title_key"),
    "on-hand": Order(Variant.on_hand),
    "committed": Order(Variant.committed),
    "available": Order(Variant.available),
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for, as it stands in the address of the list."""

    q: str = ""
    state: str = ""
    sort: str = "product"

    @property
    def order(self) -> Order:
        """Give by what the list is sorted."""
        order = SORTS[self.sort.removeprefix("-")]
        return Order(order.column, self.sort.startswith("-"), order.of)


def read(args: Mapping[str, str]) -> Wanted:
    """Read what is looked for from an address; what cannot be read filters nothing."""
    sort, state = args.get("sort", ""), args.get("state", "")
    return Wanted(
        q=args.get("q", "").replace("\0", "").strip()[: finding.LONGEST],
        state=state if state in tuple(StockState) else "",
        sort=sort if sort.removeprefix("-") in SORTS else Wanted.sort,
    )


def listed(wanted: Wanted, *, after: str = "", before: str = "") -> Page:
    """Give a part of the list of the variants that fit, with their products."""
    base = select(Variant).join(Variant.product).options(contains_eager(Variant.product))
    query = listing.narrow(base, Variant, wanted.order, [*of_words(wanted.q), *_of_state(wanted.state)])
    return listing.page(query, Variant, wanted.order, after=after, before=before)


def counts(wanted: Wanted) -> dict[str, Count]:
    """Count what fits by state, under "" whatever the state, each up to a bound."""
    query = select(Variant.id).where(*(one.fits for one in of_words(wanted.q)))
    states = ("", *StockState)
    return {state: listing.count(query.where(*(one.fits for one in _of_state(state)))) for state in states}


def in_state(state: StockState) -> Select[Any]:
    """Give a query for the ids of the variants in a state: of those that are low or out, the ones that are sold."""
    return select(Variant.id).where(_is_in(state))


def of_words(typed: str) -> list[Filter]:
    """Give the condition that a variant is meant: one whose code was typed whole, or those of products with the words.

    Nothing typed is no condition.
    """
    asked = words.fold(typed)[: words.MOST_ASKED]
    if exact := [one.id for one in finding.by_code(typed)]:
        return [Filter(Variant.id.in_(exact), exact)]
    if not asked:
        return []
    few = words.few("product", asked)
    if few is None:
        return [Filter(words.having("product", asked, Variant.product_id))]
    fits = Variant.product_id.in_(few)
    return [Filter(fits, select(Variant.id).where(fits))]


def find(variant_id: int) -> Variant | None:
    """Give a variant with its product."""
    found: Variant | None = db.session.scalar(_one(variant_id))
    return found


def locked(variant_id: int) -> Variant | None:
    """Give a variant with its product as they are now, held until this transaction ends."""
    hold([variant_id])
    found: Variant | None = db.session.scalar(_one(variant_id).execution_options(populate_existing=True))
    return found


def by_id(variant_ids: set[int]) -> dict[int, Variant]:
    """Give these variants with their products, by id."""
    query = select(Variant).where(Variant.id.in_(variant_ids)).options(joinedload(Variant.product))
    return {one.id: one for one in db.session.scalars(query)}


def _one(variant_id: int) -> Select[Any]:
    return select(Variant).where(Variant.id == variant_id).options(joinedload(Variant.product))


def _of_state(state: str) -> list[Filter]:
    if not state:
        return []
    # What the state means for the number lets a list by number begin where such numbers do.
    number: Any = Variant.available <= 0 if state == StockState.OUT else Variant.available > 0
    return [Filter(_is_in(state) & number, select(Variant.id).where(_is_in(state)))]


def _is_in(state: str) -> ColumnElement[bool]:
    fits = Variant.stock_state == state
    # What is not sold, or not yet, waits for nobody to fill the shelf. A look at its own row, and not a list of all
    # that is sold: so a database reads no more than what is low or out.
    return fits if state == StockState.IN else fits & Variant.product.has(Product.status == Status.ACTIVE)
