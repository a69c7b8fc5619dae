"""Three products in stock, and the people who work there."""

import pytest
from sqlalchemy import select

from shop.catalogue import search_index
from shop.catalogue.models.product import Product, Variant
from shop.extensions import db
from tests.factories import make_product, make_variant
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in


@pytest.fixture
def staff(app, client, sink):
    sign_in(app, client, sink, STAFF)
    return client


@pytest.fixture
def room(app):
    """Three products: one out of stock, one low, one in two variants; found by words and codes."""
    make_variant(app, title="Brass hook", sku="HOOK", on_hand=0)
    make_variant(app, title="Candle <b>", sku="CANDLE", barcode="4006381333931", on_hand=3)
    make_product(
        app,
        title="Apron",
        option1="Colour",
        variants=[{"value1": "Red", "sku": "AP-R", "on_hand": 20}, {"value1": "Blue", "sku": "AP-B", "on_hand": 30}],
    )
    with app.app_context():
        for product_id in db.session.scalars(select(Product.id)):
            search_index.index_product(product_id)
        db.session.commit()
        return {one.sku: one.id for one in db.session.scalars(select(Variant))}
