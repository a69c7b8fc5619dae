"""Sales of each day, kept beside the orders so that no figure needs a sum over all of them.

It is a cache, and equals its definition after every transaction: everything that changes an order recounts its days.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Row, Select, String, and_, case, column, delete, func, or_, select, true, values
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.extensions import db
from shop.orders.models.order import Order
from shop.orders.models.refund import Refund
from shop.orders.models.sales_day import SalesDay
from shop.settings import store
from shop.settings.models.store import Store
from shop.transactions import take_advisory_lock, update_rows

LOCK_NAME = "daybook"
DAYS_PER_STATEMENT = 400  # days in one statement
ONE_DAY = timedelta(days=1)
SUMS = ("orders", "totals", "returns")


def list_days(first: date, last: date) -> Sequence[Row[Any]]:
    """Return the days with sales or returns from the first to the last, both included: each with currency and SUMS."""
    columns = (SalesDay.day, SalesDay.currency, *(getattr(SalesDay, name) for name in SUMS))
    is_something = or_(SalesDay.orders > 0, SalesDay.returns > 0)
    return db.session.execute(select(*columns).where(SalesDay.day.between(first, last), is_something)).all()


def recount_order(order: Order) -> None:
    """Recount the days of an order: the day it was created, and those of its refunds.

    Other transactions wait until this one ends, or neither of two would see the other's order. So every other lock is
    taken before, except that of the end of the audit log.
    """
    take_advisory_lock(LOCK_NAME)
    shop = store.reload_store()  # the transaction before may have changed the time zone
    refunded = db.session.scalars(select(Refund.at).where(Refund.order_id == order.id))
    _count(sorted({shop.day_of(at) for at in (order.placed_at, *refunded)}), [order.currency], shop)


def recount_days(days: Iterable[date], currencies: Iterable[str]) -> None:
    """Recount days, as after a change of many orders; see recount_order() for the lock."""
    take_advisory_lock(LOCK_NAME)
    _count(sorted(days), currencies, store.reload_store())


def rebuild_all() -> None:
    """Recount every day, as after a change of the time zone."""
    take_advisory_lock(LOCK_NAME)
    shop = store.reload_store()
    update_rows(delete(SalesDay))
    ends_of = [select(end(at)).scalar_subquery() for at in (Order.placed_at, Refund.at) for end in (func.min, func.max)]
    ends = [shop.day_of(at) for at in db.session.execute(select(*ends_of)).one() if at]
    days = [min(ends) + number * ONE_DAY for number in range((max(ends) - min(ends)).days + 1)] if ends else []
    currencies = list(db.session.scalars(select(Order.currency).distinct()))
    for start in range(0, len(days), DAYS_PER_STATEMENT):
        _count(days[start : start + DAYS_PER_STATEMENT], currencies, shop)


def _count(days: Sequence[date], currencies: Iterable[str], shop: Store) -> None:
    """Sum up each day in each currency."""
    starts = {day: shop.start_of(day) for one in days for day in (one, one + ONE_DAY)}
    rows = [(day, currency, starts[day], starts[day + ONE_DAY]) for currency in currencies for day in days]
    if not rows:
        return
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(SalesDay).from_select(["day", "currency", *SUMS], _summed(rows))
    newer = {name: insert.excluded[name] for name in SUMS}
    change = insert.on_conflict_do_update(index_elements=["day", "currency"], set_=newer)
    update_rows(change)


def _summed(rows: Sequence[Any]) -> Select[Any]:
    """Return the query of the sums of each row: a day, a currency, and when in UTC that day begins and ends.

    A subquery for each sum, and not a join: a database then reads from its index only what a day holds, and does not
    compare every order with every day.
    """
    start, stop = (column(one, clock.UtcDateTime) for one in ("start", "stop"))
    bounds = (
        values(column("day", Date), column("currency", String(3)), start, stop, name="bounds").data(rows).cte("days")
    )
    counts = and_(Order.currency == bounds.c.currency, Order.cancelled_at.is_(None))
    placed = select(Order).where(counts, Order.placed_at >= bounds.c.start, Order.placed_at < bounds.c.stop)
    # With the order's part inside the sum, not in a condition, only the refunds of the day are read.
    credit = func.coalesce(func.sum(case((counts, Refund.credit), else_=0)), 0)
    returned = select(credit).select_from(Refund).outerjoin(Order, Order.id == Refund.order_id)
    sums = [
        placed.with_only_columns(func.count(Order.id)),
        placed.with_only_columns(func.coalesce(func.sum(Order.total), 0)),
        returned.where(Refund.at >= bounds.c.start, Refund.at < bounds.c.stop),
    ]
    summed = select(bounds.c.day, bounds.c.currency, *(one.correlate(bounds).scalar_subquery() for one in sums))
    return summed.where(true())  # SQLite would take the ON that follows for a join's
