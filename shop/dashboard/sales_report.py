"""The sales report. Sums are exact, in minor units of one currency, by the store's days."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale
from sqlalchemy import Row, func, select

from shop import money
from shop.catalogue.models.product import Product
from shop.dashboard.periods import DateRange, Period
from shop.extensions import db
from shop.orders import daily_sales
from shop.orders.models.order import Order, OrderLine
from shop.settings.models.store import Store

PERIOD_BEFORE = -1  # the place of the whole period before, beside those of the stretches
MOST_ORDERS = 2000  # that the top products are looked for in
MAX_TOP_PRODUCTS = 5


@dataclass(frozen=True)
class SalesTotals:
    """What a stretch of days came to in one currency; orders that were cancelled are in none of it.

    `totals` is what the orders placed in it came to (goods after discount, shipping and tax), `returns` what was taken
    off orders by refunds and returns made in it, whenever those orders were placed.
    """

    orders: int = 0
    totals: int = 0
    returns: int = 0

    @property
    def sales(self) -> int:
        """Give the totals less the returns."""
        return self.totals - self.returns

    @property
    def average(self) -> int:
        """Give what an order came to on average, before returns; 0 without orders."""
        return money.prorate(self.totals, 1, self.orders) if self.orders else 0

    def __add__(self, other: "SalesTotals") -> "SalesTotals":
        return SalesTotals(self.orders + other.orders, self.totals + other.totals, self.returns + other.returns)


@dataclass(frozen=True)
class SalesReport:
    """The figures of a period: by stretch, together, and of the period before, in the store's present currency.

    `others` has what was sold in other currencies, by ISO code: amounts in two currencies have no sum.
    """

    period: Period
    parts: list[tuple[DateRange, SalesTotals]]
    now: SalesTotals
    before: SalesTotals
    others: dict[str, SalesTotals]


@dataclass(frozen=True)
class TopProduct:
    """A product that sold: how many units, and for how much after discounts."""

    product_id: int
    title: str
    units: int
    worth: int


def load_report(period: Period, store: Store) -> SalesReport:
    """Add up a period and the one before it; one statement, however long it is, and however much was sold."""
    stretches = period.stretches(Locale.parse(store.locale).first_week_day)
    sums = _sums([one.first for one in stretches], daily_sales.list_days(period.before.first, period.last))
    parts = [(stretch, sums[store.currency, place]) for place, stretch in enumerate(stretches)]
    others: dict[str, SalesTotals] = {}
    for (currency, place), one in sorted(sums.items()):
        if currency != store.currency and place != PERIOD_BEFORE:
            others[currency] = others.get(currency, SalesTotals()) + one
    now = sum((one for _, one in parts), SalesTotals())
    return SalesReport(period=period, parts=parts, now=now, before=sums[store.currency, PERIOD_BEFORE], others=others)


def _sums(firsts: list[date], days: Sequence[Row[Any]]) -> defaultdict[tuple[str, int], SalesTotals]:
    """Add up days by currency and by the stretch they are in; what comes before the first is in BEFORE."""
    places: defaultdict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in days:
        place = places[one.currency, bisect_right(firsts, one.day) - 1]
        place[:] = place[0] + one.orders, place[1] + one.totals, place[2] + one.returns
    return defaultdict(SalesTotals, {key: SalesTotals(*found) for key, found in places.items()})


def list_top_products(period: Period, store: Store) -> list[TopProduct]:
    """Give the products that came to most in a period, after discounts and before returns, dearest first.

    They are those of its newest orders, at most MOST_ORDERS: what each product sold is kept nowhere.
    """
    since, until = (store.start_of(day) for day in (period.first, DateRange(period.first, period.last).after))
    newest = (
        select(Order.id)
        .where(Order.placed_at >= since, Order.placed_at < until)
        .where(Order.cancelled_at.is_(None), Order.currency == store.currency)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(MOST_ORDERS)
        .subquery()
    )
    worth = func.sum(OrderLine.price * OrderLine.quantity - OrderLine.discount)
    sold = (
        select(OrderLine.product_id, func.sum(OrderLine.quantity).label("units"), worth.label("worth"))
        .join(newest, newest.c.id == OrderLine.order_id)
        .where(OrderLine.product_id.is_not(None))
        .group_by(OrderLine.product_id)
        .order_by(worth.desc(), OrderLine.product_id)
        .limit(MAX_TOP_PRODUCTS)
        .subquery()
    )
    query = select(sold, Product.title).join(Product, Product.id == sold.c.product_id)
    found = db.session.execute(query.order_by(sold.c.worth.desc(), sold.c.product_id))
    return [TopProduct(row.product_id, row.title, int(row.units), int(row.worth)) for row in found]
