"""Factories for the shop's content: a product, a customer, an order. Each commits, and returns the id."""

from typing import Any

from flask import Flask

from shop import clock
from shop.catalogue import cached_columns
from shop.catalogue.models.product import Product, ProductStatus, StockState, Variant
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders import creation, drafts, queries
from shop.orders.models.order import Order
from shop.stock import ledger
from shop.stock.models.movement import Reason
from shop.tokens import new_id
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.sample_people import STAFF

ACTOR = Actor(STAFF, NO_REQUEST)
ADDRESS = {"name": "Ada Byron", "line1": "1 Mill Lane", "zip": "10115", "city": "Berlin", "country": "DE"}


def make_product(app: Flask, *, variants: list[dict[str, Any]] | None = None, **values: Any) -> int:
    """Create an active product; each entry of `variants` has the values of one, see make_variant()."""
    with app.app_context():
        product = add_product(**values)
        for position, one in enumerate(variants or [{}]):
            add_variant(product, position=position, **one)
        db.session.commit()
        return product.id


def make_variant(app: Flask, **values: Any) -> int:
    """Create a product's only variant: 10 on hand at 10.00 unless said otherwise; `title` is the product's."""
    with app.app_context():
        product = add_product(title=values.pop("title", "Mug"))
        variant = add_variant(product, **values)
        db.session.commit()
        return variant.id


def make_customer(app: Flask, **values: Any) -> int:
    """Create a customer."""
    with app.app_context():
        now = clock.now()
        given = {"name": "Ada Byron", "email": "ada@customers.example", **values}
        blank = {
            "name_key": given["name"].casefold(),
            "phone": "",
            "note": "",
            "accepts_marketing": False,
            "orders": 0,
            "spent": 0,
            "spent_by_currency": {},
            "created_at": now,
            "updated_at": now,
            "version": 1,
        }
        customer = Customer(**{**blank, **given})
        db.session.add(customer)
        db.session.commit()
        return customer.id


def create_order(app: Flask, *lines: tuple[int, int], key: str = "", at: Any = None, **values: Any) -> int:
    """Create an order of (variant id, quantity) lines; `values` are the draft's: customer_id, shipping, discount…"""
    with app.app_context():
        drafted = make_draft(*[make_line(variant_id, quantity) for variant_id, quantity in lines], **values)
        order = creation.create_order(drafted, key=key or new_id(), at=at, actor=ACTOR)
        db.session.commit()
        return order.id


def make_draft(*lines: drafts.DraftLine, **values: Any) -> drafts.Draft:
    """Return a draft of an order with these lines."""
    given = {"customer_id": None, "email": "ada@customers.example", "billing": ADDRESS, "delivery": ADDRESS, **values}
    return drafts.Draft(lines=list(lines), **given)


def make_line(variant_id: int, quantity: int = 1) -> drafts.DraftLine:
    """Return a draft's line for a variant in its current state; needs an app context."""
    variant = db.session.get_one(Variant, variant_id)
    return drafts.DraftLine(
        variant_id=variant.id,
        title=variant.product.title,
        variant_title=variant.title,
        sku=variant.sku,
        price=variant.price,
        quantity=quantity,
        taxable=variant.taxable,
        requires_shipping=variant.requires_shipping,
        product_id=variant.product_id,
    )


def make_free_line(title: str = "Gift wrap", price: int = 250, quantity: int = 1) -> drafts.DraftLine:
    """Return a draft's line of free text, which has no stock."""
    return drafts.DraftLine(None, title, "", "", price, quantity, True, False, None)


def get_line_ids(app: Flask, order_id: int) -> list[int]:
    """Return the ids of an order's lines, in their order."""
    with app.app_context():
        return [line.id for line in db.session.get_one(Order, order_id).lines]


def get_stock(app: Flask, variant_id: int) -> tuple[int, int, int]:
    """Return what is on hand, committed and available of a variant."""
    with app.app_context():
        one = db.session.get_one(Variant, variant_id)
        return one.on_hand, one.committed, one.available


def add_product(**values: Any) -> Product:
    """Add a product without variants to the current transaction."""
    title = values.get("title", "Mug")
    now = clock.now()
    blank = {
        "title": title,
        "title_key": title.casefold(),
        "handle": f"{title.casefold().replace(' ', '-')}-{new_id()}",
        "description": "",
        "type": "",
        "vendor": "",
        "status": ProductStatus.ACTIVE,
        "option1": "",
        "option2": "",
        "option3": "",
        "price_low": 0,
        "price_high": 0,
        "available": 0,
        "stock_state": StockState.OUT,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    product = Product(**{**blank, **values})
    db.session.add(product)
    db.session.flush()
    return product


def add_variant(product: Product, *, on_hand: int = 10, **values: Any) -> Variant:
    """Add a variant to the current transaction; its units were received in the ledger."""
    blank = {
        "product_id": product.id,
        "title_key": product.title_key,
        "is_sold": product.status == ProductStatus.ACTIVE,
        "position": 0,
        "value1": "",
        "value2": "",
        "value3": "",
        "sku": "",
        "barcode": "",
        "price": 1000,
        "weight": 0,
        "taxable": True,
        "requires_shipping": True,
        "continue_selling": False,
        "low_at": 5,
        "on_hand": 0,
        "committed": 0,
        "available": 0,
        "stock_state": StockState.OUT,
        "version": 1,
    }
    variant = Variant(**{**blank, **values})
    db.session.add(variant)
    db.session.flush()
    if on_hand:
        ledger.adjust_on_hand(
            variant.id, on_hand, Reason.RECEIVED, ledger.Cause(by=STAFF, key=new_id()), visit=NO_REQUEST
        )
    else:
        cached_columns.refresh_products([product.id])
    return variant


def lock_order(order_id):
    """Return an order as the rules need it: locked until the transaction ends."""
    return queries.find_locked(order_id)
