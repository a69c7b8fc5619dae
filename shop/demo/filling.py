"""Filling: an empty shop becomes the demo.

One entry of the audit log says so. Nobody did what the demo tells of, so no entries are made up for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import exists, select

from shop import clock
from shop.audit.entries import record
from shop.catalogue.product import Product, Status, Variant
from shop.customers import writing
from shop.customers.customer import Customer, CustomerAddress, CustomerTag
from shop.demo import folk, stocking, trading, year
from shop.demo.folk import Somebody
from shop.extensions import db
from shop.listing import sort_key
from shop.orders import states
from shop.orders.order import Order
from shop.settings import store
from shop.visit import Visit

SEED = 2026
CUSTOMERS, ORDERS = 150, 1200
MINE = "There are products, orders or customers in this shop. The demo goes into an empty one only."
TWICE = "This is the demo shop already. `flask demo --remove` empties it."


class NotEmpty(Exception):
    """The shop is not empty; the message says so to people."""


@dataclass(frozen=True)
class Filled:
    """How much there is of the demo, or was."""

    products: int
    orders: int
    customers: int


def look() -> None:
    """See whether the shop is empty. Raises NotEmpty where it is not."""
    if store.locked().is_demo:
        raise NotEmpty(TWICE)
    if db.session.scalar(select(exists(select(Product.id)) | exists(select(Order.id)) | exists(select(Customer.id)))):
        raise NotEmpty(MINE)


def fill(*, by: str, visit: Visit) -> Filled:
    """Fill the empty shop. Raises NotEmpty."""
    look()
    shop = store.locked()
    now = clock.now()
    chance = Random(SEED)  # noqa: S311 - the same demo everywhere, and no secret
    customers = [_customer(one, now - timedelta(days=380)) for one in folk.gather(CUSTOMERS, chance)]
    db.session.add_all(customers)
    db.session.flush()
    for customer in customers:
        writing.index_words(customer)
    variants = stocking.stock_up(shop, now)
    appeal = [_appeal(variant, chance) for variant in variants]
    sales = year.make_up(ORDERS, year.Frame(now, shop.zone, len(customers), appeal), chance)
    book = trading.trade(sales, variants, customers, shop=shop, now=now)
    stocking.promise(variants, states.units_to_ship())
    stocking.fill_shelves(book.changes(), variants, now, chance)
    shop.is_demo = True
    filled = Filled(len({variant.product_id for variant in variants}), len(sales), len(customers))
    record(
        "demo_filled", by=by, visit=visit, products=filled.products, orders=filled.orders, customers=filled.customers
    )
    return filled


def _appeal(variant: Variant, chance: Random) -> float:
    """Give how well a variant sells: the dear less, the archived hardly, the draft not at all."""
    product = variant.product
    share = {Status.DRAFT: 0.0, Status.ARCHIVED: 0.05, Status.ACTIVE: 1.0}[Status(product.status)]
    return share * chance.random() ** 2 / len(product.variants) / (1 + variant.price / 4000)


def _customer(one: Somebody, at: datetime) -> Customer:
    return Customer(
        name=one.name,
        name_key=sort_key(one.name),
        email=one.email,
        phone=one.phone,
        note=one.note,
        accepts_marketing=one.accepts_marketing,
        marketing_changed_at=at if one.accepts_marketing else None,
        orders=0,
        spent=0,
        spent_by_currency={},
        created_at=at,
        updated_at=at,
        version=1,
        addresses=[CustomerAddress(is_default=True, fields=writing.address_of(one.address))],
        tag_rows=[CustomerTag(tag=tag) for tag in one.tags],
    )
