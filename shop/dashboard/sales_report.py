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

PERIOD_BEFORE = -1  # the key of the whole previous period, beside those of the stretches
MOST_ORDERS = 2000  # in which the top products are counted
MAX_TOP_PRODUCTS = 5


@dataclass(frozen=True)
class SalesTotals:
    """The totals of a stretch of days in one currency, without cancelled orders.

    `totals`: the orders created in it (goods after discount, shipping and tax). `returns`: what refunds and returns in
    it took off orders of any date. Both in minor units.
    """

    orders: int = 0
    totals: int = 0
    returns: int = 0

    @property
    def sales(self) -> int:
        """Total minus returns, in minor units."""
        return self.totals - self.returns

    @property
    def average(self) -> int:
        """The average order before returns, in minor units; 0 without orders."""
        return money.prorate(self.totals, 1, self.orders) if self.orders else 0

    def __add__(self, other: "SalesTotals") -> "SalesTotals":
        return SalesTotals(self.orders + other.orders, self.totals + other.totals, self.returns + other.returns)


@dataclass(frozen=True)
class SalesReport:
    """The metrics of a period: by stretch, in total, and of the previous period, in the store's current currency.

    `others`: sales in other currencies, by ISO 4217 code. Amounts in different currencies cannot be added.
    """

    period: Period
    parts: list[tuple[DateRange, SalesTotals]]
    now: SalesTotals
    before: SalesTotals
    others: dict[str, SalesTotals]


@dataclass(frozen=True)
class TopProduct:
    """A product with the units sold, and their revenue after discounts."""

    product_id: int
    title: str
    units: int
    worth: int


def load_report(period: Period, store: Store) -> SalesReport:
    """Load the totals of a period and the previous one. One statement, whatever its length and the number of orders."""
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
    """Add up days by currency and stretch; days before the first stretch count to PERIOD_BEFORE."""
    places: defaultdict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in days:
        place = places[one.currency, bisect_right(firsts, one.day) - 1]
        place[:] = place[0] + one.orders, place[1] + one.totals, place[2] + one.returns
    return defaultdict(SalesTotals, {key: SalesTotals(*found) for key, found in places.items()})


def list_top_products(period: Period, store: Store) -> list[TopProduct]:
    """Return the products with the highest revenue in a period, after discounts and before returns, highest first.

    Only the newest MOST_ORDERS orders count, since no table keeps sales by product.
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
