"""Queries for the product list, and for products and variants by words and codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from shop.catalogue.filters import ProductCriteria
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, ProductStatus, ProductTag, Variant
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.counts import RowCount, count_each
from shop.lists.criteria import clean_text
from shop.lists.filtered_query import Filter, FilteredQuery
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort
from shop.search import word_index

_IS_ACTIVE = Product.status == ProductStatus.ACTIVE


def list_products(criteria: ProductCriteria, at: PageRef) -> tuple[Page, dict[str, RowCount]]:
    """Return a page of matches, and the number of matches by status, "" for any, where counting is cheap."""
    others = [filtered_query.resolve_filter(one) for one in _filters(criteria)]
    counts = _counts(criteria, others)
    found = _narrowed(criteria, others, None if others else counts[criteria.status])
    return pagination.load_page(found, at, count=counts.get(criteria.status)), counts


def filter_products(criteria: ProductCriteria) -> FilteredQuery:
    """Return the query for the products that match."""
    return _narrowed(criteria, _filters(criteria))


def find_neighbors(product: Product, args: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Return the ids of the products before and after one in the list that a URL describes."""
    return pagination.find_neighbors(filter_products(ProductCriteria.from_args(args)), product)


def load_first_pictures(product_ids: Iterable[int]) -> dict[int, Picture]:
    """Return the first picture of each of these products, by the product's id."""
    query = select(Picture).where(Picture.product_id.in_(list(product_ids)))
    newest_first = query.order_by(Picture.position.desc(), Picture.id.desc())
    return {one.product_id: one for one in db.session.scalars(newest_first)}


def count_variants(product_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Return for each of these products how many variants it has, and the SKU of the only one."""
    query = select(Variant.product_id, func.count(), func.min(Variant.sku)).group_by(Variant.product_id)
    rows = db.session.execute(query.where(Variant.product_id.in_(list(product_ids))))
    return {product_id: (number, sku) for product_id, number, sku in rows}


def list_filter_choices() -> dict[str, list[str]]:
    """Return the first types, vendors and tags by name, as suggestions; one step through the index for each."""
    columns = {"type": Product.type, "vendor": Product.vendor, "tag": ProductTag.tag}
    return {name: filtered_query.distinct_values(column) for name, column in columns.items()}


def search_sellable_variants(typed: str, most: int = 20) -> list[Variant]:
    """Return variants of active products that match what was typed, with their products; an exact code comes first.

    Where many match, those of the newest products are returned.
    """
    exact = [one for one in list_variants_by_code(typed) if one.product.status == ProductStatus.ACTIVE]
    filters = [Filter(_IS_ACTIVE), *_by_words(typed)]
    newest = filtered_query.apply_filters(select(Product), Product, Sort(Product.id, descending=True), filters)
    ids = [one.id for one in pagination.load_first_rows(newest, most)]
    query = _with_products().where(Variant.product_id.in_(ids), Variant.id.not_in([one.id for one in exact]))
    found = db.session.scalars(query.order_by(Product.title_key, Product.id, Variant.position, Variant.id).limit(most))
    return [*exact, *found][:most]


def list_variants_by_code(text: str, most: int = 20) -> list[Variant]:
    """Return the variants, with their products, whose SKU or barcode is exactly this; neither is unique."""
    code = clean_text(text)
    if not code:
        return []
    query = _with_products().where(or_(Variant.sku == code, Variant.barcode == code))
    return list(db.session.scalars(query.order_by(Variant.id).limit(most)))


def _with_products() -> Select[Any]:
    return select(Variant).join(Variant.product).options(contains_eager(Variant.product))


def _narrowed(criteria: ProductCriteria, others: Sequence[Filter], known: RowCount | None = None) -> FilteredQuery:
    """Apply the other filters to the list and, as one with an index of its own, status and stock.

    `known` is how many match that one, if it was counted.
    """
    filters = list(others)
    if standing := _standing(criteria.status, criteria.stock):
        both = Filter(and_(*standing), select(Product.id).where(*standing), (Product.updated_at,))
        filters.append(replace(both, least=known.number) if known and known.is_more else both)
    return filtered_query.apply_filters(select(Product), Product, criteria.order, filters)


def _counts(criteria: ProductCriteria, others: Sequence[Filter]) -> dict[str, RowCount]:
    """Count by status what matches the other filters; nothing where many match those."""
    if not others:
        return count_each(
            {one: select(Product.id).where(*_standing(one, criteria.stock)) for one in ("", *ProductStatus)}
        )
    if all(one.ids is None for one in others):
        return {}
    conditions = [*filtered_query.id_conditions(Product, others), *_standing("", criteria.stock)]
    numbers = select(Product.status, func.count()).where(*conditions).group_by(Product.status)
    found = dict(db.session.execute(numbers).all())
    return {"": RowCount(sum(found.values())), **{one: RowCount(found.get(one, 0)) for one in ProductStatus}}


def _standing(status: str, stock: str) -> list[ColumnElement[bool]]:
    asked = ((Product.status, status), (Product.stock_state, stock))
    return [column == value for column, value in asked if value]


def _filters(criteria: ProductCriteria) -> list[Filter]:
    if criteria.unread:
        return [filtered_query.NO_MATCH]
    found = [
        Filter(column == value, select(Product.id).where(column == value), (Product.updated_at,))
        for column, value in ((Product.type, criteria.type), (Product.vendor, criteria.vendor))
        if value
    ]
    if criteria.tag:
        is_tag = ProductTag.tag.in_(word_index.tag_spellings(criteria.tag))
        has_tag = exists().where(ProductTag.product_id == Product.id, is_tag)
        found.append(Filter(has_tag, select(ProductTag.product_id).where(is_tag)))
    return [*found, *_by_words(criteria.q)]


def _by_words(typed: str) -> list[Filter]:
    asked = word_index.split_words(clean_text(typed))[: word_index.MOST_ASKED]
    if not asked:
        return [filtered_query.NO_MATCH] if typed.strip() else []
    few = word_index.find_if_few("product", asked)
    condition = (
        word_index.has_all_words("product", asked, Product.id)
        if few is None
        else filtered_query.is_one_of(Product.id, few)
    )
    return [Filter(condition, few)]
