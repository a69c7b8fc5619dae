"""Fill an empty shop with the demo.

Two audit log entries record its start and its end. The demo's events have no entries, since no person caused them.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import exists, literal, or_, select

from shop import clock
from shop.audit.entries import record
from shop.catalogue.models.product import ProductStatus, Variant
from shop.customers import search_index
from shop.customers.customers import complete_address
from shop.customers.models.customer import Customer, CustomerAddress, CustomerTag
from shop.demo import catalogue, random_customers, random_sales, stock
from shop.demo.orders import OrderWriter
from shop.demo.product_data import PRODUCTS
from shop.demo.random_customers import DemoCustomer
from shop.demo.tables import LEFT_BEHIND, MODELS_TO_EMPTY
from shop.extensions import db
from shop.lists.sort import sort_key
from shop.settings import store
from shop.settings.models.store import Store
from shop.web.actor import Actor

SEED = 2026
CUSTOMERS, ORDERS = 150, 1200
CUSTOMERS_PER_STEP = 25  # customers
SHOP_NOT_EMPTY = "This store already has products, orders, or customers. The demo needs an empty store."
ALREADY_DEMO = "This store already has the demo. To delete the demo, run `flask demo --remove`."


class NotEmpty(Exception):
    """The shop is not empty; the message says so to people."""


class RemovedMeanwhile(Exception):
    """The demo was removed while it was being created; the message says so to people."""


@dataclass(frozen=True)
class DemoCounts:
    """How much the demo contains, or contained."""

    products: int
    orders: int
    customers: int


def require_empty_shop() -> None:
    """Check that the shop is empty. Raises NotEmpty if it is not."""
    if store.get_locked_store().is_demo:
        raise NotEmpty(ALREADY_DEMO)
    entered = [exists(select(literal(1)).select_from(model)) for model in MODELS_TO_EMPTY if model not in LEFT_BEHIND]
    if db.session.scalar(select(or_(*entered))):
        raise NotEmpty(SHOP_NOT_EMPTY)


def create_in_steps(*, actor: Actor) -> Generator[DemoCounts]:
    """Fill the empty shop in short steps, and yield the counts so far after each; the caller commits there.

    After each step the shop is consistent and marked as the demo, so that a partial one can be removed. Raises
    NotEmpty, RemovedMeanwhile if someone removed it in between, and OSError if a picture cannot be written.
    """
    require_empty_shop()
    store.get_locked_store().is_demo = True
    record("demo_begun", actor=actor)
    yield DemoCounts(0, 0, 0)
    session = db.session()
    session.expire_on_commit = False  # written rows are not read again after each step
    try:
        yield from DemoBuilder(clock.now()).steps(actor=actor)
    finally:
        session.expire_on_commit = True


@dataclass
class DemoBuilder:
    """A demo in creation, and its progress."""

    now: datetime
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - the same demo everywhere, no secret
    customers: list[Customer] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    orders: int = 0

    def steps(self, *, actor: Actor) -> Generator[DemoCounts]:
        """Write customers, products and a year of orders, each step in a transaction of its own."""
        folks = random_customers.generate_customers(CUSTOMERS, self.chance)
        for first in range(0, CUSTOMERS, CUSTOMERS_PER_STEP):
            self._add_customers(folks[first : first + CUSTOMERS_PER_STEP])
            yield self.filled
        for place in range(len(PRODUCTS)):
            with catalogue.stored_picture(place) as picture:  # before the transaction: others may write meanwhile
                self.variants += catalogue.add_product(place, picture, _locked_store(), self.now)
                yield self.filled
        trade = self._trade()
        for begun, until in trade.weeks(self.now - catalogue.SHOP_AGE):
            trade.tell(begun, until, _locked_store())
            self.orders = len(trade.orders)
            yield self.filled
        _locked_store()
        filled = self.filled
        counts = {"products": filled.products, "orders": filled.orders, "customers": filled.customers}
        record("demo_filled", actor=actor, **counts)
        yield filled

    @property
    def filled(self) -> DemoCounts:
        """Return the counts so far."""
        return DemoCounts(len({variant.product_id for variant in self.variants}), self.orders, len(self.customers))

    def _add_customers(self, folks: Sequence[DemoCustomer]) -> None:
        _locked_store()
        added = [_customer(one, self.now - timedelta(days=380)) for one in folks]
        db.session.add_all(added)
        db.session.flush()
        for customer in added:
            search_index.index_customer(customer)
        self.customers += added

    def _trade(self) -> OrderWriter:
        appeal = [_popularity(variant, self.chance) for variant in self.variants]
        frame = random_sales.SalesInputs(self.now, store.get_store().zone, len(self.customers), appeal)
        sales = random_sales.generate_sales(ORDERS, frame, self.chance)
        planned = stock.plan_deliveries(sales, len(self.variants), self.now - catalogue.SHOP_AGE, self.chance)
        deliveries = {variant.id: changes for variant, changes in zip(self.variants, planned, strict=True)}
        db.session.rollback()
        return OrderWriter(sales, self.variants, self.customers, deliveries, self.now)


def _locked_store() -> Store:
    """Lock the shop's row for a step. Raises RemovedMeanwhile."""
    shop = store.get_locked_store()
    if not shop.is_demo:
        raise RemovedMeanwhile("The demo was deleted while it was being created. Everything else was left as it was.")
    return shop


def _popularity(variant: Variant, chance: Random) -> float:
    """Return a variant's share of sales: low for expensive ones, almost none when archived, none for a draft."""
    product = variant.product
    share = {ProductStatus.DRAFT: 0.0, ProductStatus.ARCHIVED: 0.05, ProductStatus.ACTIVE: 1.0}[
        ProductStatus(product.status)
    ]
    return share * chance.random() ** 2 / len(product.variants) / (1 + variant.price / 4000)


def _customer(one: DemoCustomer, at: datetime) -> Customer:
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
        addresses=[CustomerAddress(is_default=True, fields=complete_address(one.address))],
        tag_rows=[CustomerTag(tag=tag) for tag in one.tags],
    )
