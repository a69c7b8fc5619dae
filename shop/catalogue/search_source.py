"""What the search box finds of products: by SKU, barcode and words."""

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from shop.catalogue.models.product import Product, Variant
from shop.extensions import db
from shop.lists import filtered_query
from shop.search import word_index
from shop.search.sources import SearchHit, SearchSource

KIND = "product"


def find_exact(typed: str) -> int | None:
    """Return the one product that has a variant with exactly this SKU or barcode."""
    spelled = {typed, typed.upper(), typed.lower()}  # an index finds each; folding every SKU would bypass it
    exact = or_(Variant.sku.in_(spelled), Variant.barcode.in_(spelled))
    found = db.session.scalars(select(Variant.product_id).where(exact).distinct().limit(2)).all()
    return found[0] if len(found) == 1 else None


def list_hits(typed: str, most: int) -> list[SearchHit]:
    """Return products that have all of the words: the newest, or some of many."""
    condition = filtered_query.is_one_of(Product.id, sorted(word_index.find_some(KIND, typed), reverse=True)[:most])
    query = select(Product).where(condition).order_by(Product.id.desc())
    return [SearchHit(one.id, one.title, about=one.vendor, state=one.status) for one in db.session.scalars(query)]


PRODUCTS = SearchSource(
    _l("Products"),
    page_of=lambda key: url_for("catalogue.show_product", product_id=key),
    list_url=lambda typed: url_for("catalogue.list_products", q=typed),
    opens=find_exact,
    find=list_hits,
)
