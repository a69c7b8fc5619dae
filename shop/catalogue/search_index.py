"""The words and codes that a product is found by."""

from sqlalchemy import select

from shop.catalogue.models.product import Product, ProductTag, Variant
from shop.extensions import db
from shop.search import word_index


def index_product(product_id: int) -> None:
    """Rewrite the words that a product is found by. The caller has locked its row, or two would both write."""
    about = db.session.execute(
        select(Product.title, Product.vendor, Product.type).where(Product.id == product_id)
    ).one()
    tags = db.session.scalars(select(ProductTag.tag).where(ProductTag.product_id == product_id))
    codes = db.session.execute(
        select(Variant.sku, Variant.barcode)
        .where(Variant.product_id == product_id)
        .order_by(Variant.position, Variant.id)
    )
    word_index.index_record("product", product_id, [*about, *tags], [code for row in codes for code in row if code])
