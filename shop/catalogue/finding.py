"""Finding: which products fit what somebody looks for, in which order, and what stands before and after one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from shop import listing
from shop.catalogue.pictures import Picture
from shop.catalogue.product import Product, ProductTag, Status, StockState, Variant
from shop.extensions import db
from shop.listing import Count, Filter, Order, Page
from shop.search import words

LONGEST = 255  # characters of what is looked for
SORTS: dict[str, InstrumentedAttribute[Any]] = {
    "title": Product.title_key,
    "price": Product.price_low,
    "stock": Product.available,
    "updated": Product.updated_at,
}
NAMES = ("q", "status", "stock", "type", "vendor", "tag", "sort")
BY_EXACT = {"status": Product.status, "stock": Product.stock_state, "type": Product.type, "vendor": Product.vendor}
CHOICES = {"status": tuple(Status), "stock": tuple(StockState)}


@dataclass(frozen=True)
class Wanted:
    """What is looked for, as it stands in the address of the list; what cannot be read there filters nothing."""

    q: str = ""
    status: str = ""
    stock: str = ""
    type: str = ""
    vendor: str = ""
    tag: str = ""
    sort: str = "-updated"

    @property
    def order(self) -> Order:
        """Give by what the list is sorted."""
        return Order(SORTS[self.sort.removeprefix("-")], descending=self.sort.startswith("-"))


def read(args: Mapping[str, str]) -> Wanted:
    """Read what is looked for from an address, or from fields that carry it."""
    found = {name: _plain(args.get(name, "")) for name in NAMES}
    for name, choices in CHOICES.items():
        found[name] = found[name] if found[name] in choices else ""
    if found["sort"].removeprefix("-") not in SORTS:
        found["sort"] = Wanted.sort
    return Wanted(**found)


def listed(wanted: Wanted, *, after: str = "", before: str = "") -> Page:
    """Give a part of the list of what fits."""
    return listing.page(fitting(wanted), Product, wanted.order, after=after, before=before)


def counts(wanted: Wanted) -> dict[str, Count]:
    """Count what fits by status, under "" whatever the status, each up to a bound."""
    others = [one for name, one in _filters(wanted) if name != "status"]
    query = select(Product.id).where(*(one.fits for one in others))
    return {
        status: listing.count(query.where(Product.status == status) if status else query) for status in ("", *Status)
    }


def fitting(wanted: Wanted) -> Select[Any]:
    """Give the query of the products that fit, unsorted."""
    return listing.narrow(select(Product), Product, wanted.order, [one for _, one in _filters(wanted)])


def neighbours(product: Product, args: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Give the ids of the products before and after one in the list that an address describes."""
    wanted = read(args)
    return listing.around(fitting(wanted), Product, wanted.order, product)


def pictures_of(product_ids: Iterable[int]) -> dict[int, Picture]:
    """Give the first picture of each of these products, by the product's id."""
    query = select(Picture).where(Picture.product_id.in_(list(product_ids)))
    newest_first = query.order_by(Picture.position.desc(), Picture.id.desc())
    return {one.product_id: one for one in db.session.scalars(newest_first)}


def variants_of(product_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Give of each of these products how many variants it has, and the SKU of the one."""
    query = select(Variant.product_id, func.count(), func.min(Variant.sku)).group_by(Variant.product_id)
    rows = db.session.execute(query.where(Variant.product_id.in_(list(product_ids))))
    return {product_id: (number, sku) for product_id, number, sku in rows}


def offered() -> dict[str, list[str]]:
    """Give the first types, vendors and tags by name, to choose from; one step through the index for each."""
    columns = {"type": Product.type, "vendor": Product.vendor, "tag": ProductTag.tag}
    return {name: listing.distinct(column) for name, column in columns.items()}


def sellable(typed: str, most: int = 20) -> list[Variant]:
    """Give variants of active products that fit what was typed, with their products; an exact code comes first."""
    exact = [one for one in by_code(typed) if one.product.status == Status.ACTIVE]
    order = Order(Product.title_key)
    by_words = [one for name, one in _filters(Wanted(q=_plain(typed))) if name == "q"]
    products = listing.narrow(select(Product.id), Product, order, [Filter(_IS_ACTIVE), *by_words])
    ids = list(db.session.scalars(products.order_by(Product.title_key, Product.id).limit(most)))
    query = _with_products().where(Variant.product_id.in_(ids), Variant.id.not_in([one.id for one in exact]))
    found = db.session.scalars(query.order_by(Product.title_key, Product.id, Variant.position, Variant.id).limit(most))
    return [*exact, *found][:most]


def by_code(text: str, most: int = 20) -> list[Variant]:
    """Give the variants, with their products, whose SKU or barcode is exactly this; both may be used twice."""
    code = _plain(text)
    if not code:
        return []
    query = _with_products().where(or_(Variant.sku == code, Variant.barcode == code))
    return list(db.session.scalars(query.order_by(Variant.id).limit(most)))


_IS_ACTIVE = Product.status == Status.ACTIVE


def _with_products() -> Select[Any]:
    return select(Variant).join(Variant.product).options(contains_eager(Variant.product))


def _filters(wanted: Wanted) -> list[tuple[str, Filter]]:
    found = [
        (name, Filter(column == value, select(Product.id).where(column == value), (Product.updated_at,)))
        for name, column in BY_EXACT.items()
        if (value := getattr(wanted, name))
    ]
    if wanted.tag:
        is_tag = ProductTag.tag.in_(words.spellings(wanted.tag))
        has_tag = exists().where(ProductTag.product_id == Product.id, is_tag)
        found.append(("tag", Filter(has_tag, select(ProductTag.product_id).where(is_tag))))
    if asked := words.fold(wanted.q)[: words.MOST_ASKED]:
        few = words.few("product", asked)
        fits = words.having("product", asked, Product.id) if few is None else Product.id.in_(few)
        found.append(("q", Filter(fits, few)))
    return found


def _plain(text: str) -> str:
    return "".join(c for c in text if c != "\0").strip()[:LONGEST]
