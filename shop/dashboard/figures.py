"""What the first page says in numbers. Sums are exact, in minor units of one currency, by the days of the store."""

from dataclasses import dataclass
from typing import Any

from babel import Locale
from sqlalchemy import (
    CTE,
    Integer,
    Select,
    and_,
    case,
    column,
    func,
    literal,
    select,
    union_all,
    values,
)

from shop import clock, money
from shop.catalogue.product import Product
from shop.dashboard.periods import Period, Stretch
from shop.extensions import db
from shop.orders.order import Order, OrderLine
from shop.orders.payment import Refund
from shop.settings.store import Store

BEFORE = -1  # the place of the whole period before, beside those of the stretches
TOP = 5


@dataclass(frozen=True)
class Sums:
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
        return money.share(self.totals, 1, self.orders) if self.orders else 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.orders + other.orders, self.totals + other.totals, self.returns + other.returns)


@dataclass(frozen=True)
class Report:
    """The figures of a period: by stretch, together, and of the period before, in the store's present currency.

    `others` has what was sold in other currencies, by ISO code: amounts in two currencies have no sum.
    """

    period: Period
    parts: list[tuple[Stretch, Sums]]
    now: Sums
    before: Sums
    others: dict[str, Sums]


@dataclass(frozen=True)
class Top:
    """A product that sold: how many units, and for how much after discounts."""

    product_id: int
    title: str
    units: int
    worth: int


def report(period: Period, store: Store) -> Report:
    """Sum a period and the one before it; two statements, however long it is."""
    stretches = period.stretches(Locale.parse(store.locale).first_week_day)
    sums = _sums(_bounds(stretches, period.before, store), store.currency)
    parts = [(stretch, sums[place]) for place, stretch in enumerate(stretches)]
    now = sum((one for _, one in parts), Sums())
    return Report(period=period, parts=parts, now=now, before=sums[BEFORE], others=_others(period, store))


def top_products(period: Period, store: Store) -> list[Top]:
    """Give the products that came to most in a period, after discounts and before returns, dearest first."""
    worth = func.sum(OrderLine.price * OrderLine.quantity - OrderLine.discount)
    sold = (
        select(OrderLine.product_id, func.sum(OrderLine.quantity).label("units"), worth.label("worth"))
        .join(Order, Order.id == OrderLine.order_id)
        .where(*_in(Order.placed_at, period, store), Order.cancelled_at.is_(None), Order.currency == store.currency)
        .where(OrderLine.product_id.is_not(None))
        .group_by(OrderLine.product_id)
        .order_by(worth.desc(), OrderLine.product_id)
        .limit(TOP)
        .subquery()
    )
    query = select(sold, Product.title).join(Product, Product.id == sold.c.product_id)
    found = db.session.execute(query.order_by(sold.c.worth.desc(), sold.c.product_id))
    return [Top(row.product_id, row.title, int(row.units), int(row.worth)) for row in found]


def _bounds(stretches: list[Stretch], before: Period, store: Store) -> CTE:
    """Write as a table when, in UTC, each stretch begins and is over; a day may have 23, 24 or 25 hours."""
    starts = {day: store.start_of(day) for one in stretches for day in (one.first, one.after)}
    rows = [(place, starts[one.first], starts[one.after]) for place, one in enumerate(stretches)]
    rows.append((BEFORE, store.start_of(before.first), starts[stretches[0].first]))
    columns = column("place", Integer), column("start", clock.Moment), column("stop", clock.Moment)
    return values(*columns, name="bounds").data(rows).cte("stretches")


def _sums(bounds: CTE, currency: str) -> dict[int, Sums]:
    """Sum the orders and returns of one currency by the places of a table of bounds.

    A sub-select for each sum, and not a join: so a database reads of its index what a stretch holds and no more, where
    else it may compare every order with every stretch.
    """
    placed = Order.currency == currency, Order.cancelled_at.is_(None), *_falls(Order.placed_at, bounds)
    number = select(func.count()).select_from(Order).where(*placed)
    totals = select(func.coalesce(func.sum(Order.total), 0)).where(*placed)
    returns = _credits(case((and_(Order.currency == currency, Order.cancelled_at.is_(None)), Refund.credit), else_=0))
    returns = returns.where(*_falls(Refund.at, bounds))
    columns = [one.correlate(bounds).scalar_subquery() for one in (number, totals, returns)]
    # PostgreSQL sums whole numbers up as decimals.
    return {place: Sums(*map(int, found)) for place, *found in db.session.execute(select(bounds.c.place, *columns))}


def _credits(amount: Any, *columns: Any) -> Select[Any]:
    """Sum up what refunds credit. With the order's part in `amount`, and not in a condition, refunds are read first."""
    found = select(*columns, func.coalesce(func.sum(amount), 0)).select_from(Refund)
    return found.outerjoin(Order, Order.id == Refund.order_id)


def _falls(at: Any, bounds: CTE) -> tuple[Any, Any]:
    return at >= bounds.c.start, at < bounds.c.stop


def _others(period: Period, store: Store) -> dict[str, Sums]:
    """Sum what was sold in other currencies: few or none, and so found by their codes, not by the days."""
    credit = case((Order.cancelled_at.is_(None), Refund.credit), else_=0)
    returned = _credits(credit, Order.currency, literal(0), literal(0)).where(*_in(Refund.at, period, store))
    codes = Order.currency < store.currency, Order.currency > store.currency
    parts = [_placed_in(code, period, store) for code in codes]
    sums: dict[str, Sums] = {}
    for currency, *found in db.session.execute(union_all(*parts, returned.group_by(Order.currency))):
        sums[currency] = sums.get(currency, Sums()) + Sums(*map(int, found))
    return {currency: one for currency, one in sorted(sums.items()) if currency != store.currency and one != Sums()}


def _placed_in(code: Any, period: Period, store: Store) -> Any:
    falls = and_(*_in(Order.placed_at, period, store))
    number, totals = (func.sum(case((falls, one), else_=0)) for one in (literal(1), Order.total))
    found: Any = select(Order.currency, number, totals, literal(0)).where(code, Order.cancelled_at.is_(None))
    return found.group_by(Order.currency)


def _in(at: Any, period: Period, store: Store) -> tuple[Any, Any]:
    """Say in SQL that an instant falls into a period."""
    whole = Stretch(period.first, period.last)
    return at >= store.start_of(whole.first), at < store.start_of(whole.after)
