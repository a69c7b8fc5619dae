"""Metrics: the orders' total to the cent, whatever was refunded, cancelled, or sold in another currency."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from shop.dashboard import periods, sales_report
from shop.dashboard.sales_report import SalesTotals
from shop.extensions import db
from shop.orders.models.order import Order
from shop.orders.models.refund import Refund
from tests.dashboard.past_orders import add_order, add_refund, set_up_store
from tests.factories import make_product
from tests.sql_statements import record_statements

TODAY = date(2026, 11, 23)


def put_a_past(chance):
    """Add 150 orders over 200 days: some refunded, once or twice, some cancelled, some in dollars."""
    for _ in range(150):
        at = datetime(2026, 5, 10, tzinfo=UTC) + timedelta(seconds=chance.randrange(200 * 86400))
        cancelled_at = at + timedelta(days=1) if chance.random() < 0.1 else None
        currency = "USD" if chance.random() < 0.2 else "EUR"
        order = add_order(at, chance.randrange(1, 90_000), currency=currency, cancelled_at=cancelled_at)
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            add_refund(order, at + timedelta(days=chance.randrange(40)), chance.randrange(order.total + 1))


def past_by_day(shop):
    """Yield each order and refund of the past on its day of the store: (day, currency, what it adds)."""
    for order in db.session.scalars(select(Order).where(Order.cancelled_at.is_(None))):
        yield shop.day_of(order.placed_at), order.currency, SalesTotals(orders=1, totals=order.total)
    kept = select(Refund, Order.currency).join(Order, Order.id == Refund.order_id).where(Order.cancelled_at.is_(None))
    for refund, currency in db.session.execute(kept):
        yield shop.day_of(refund.at), currency, SalesTotals(returns=refund.credit)


def summed_by_hand(past, days):
    """Add up order by order, refund by refund, in Python; `days` has a first and a last."""
    by_currency = defaultdict(SalesTotals)
    for day, currency, sums in past:
        if days.first <= day <= days.last:
            by_currency[currency] += sums
    return by_currency


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_every_figure_equals_the_sum_of_its_orders(app, zone):
    with app.app_context():
        shop = set_up_store(zone)
        put_a_past(Random(7))
        past = list(past_by_day(shop))
        own = periods.Period("own", date(2026, 6, 3), date(2026, 9, 30))
        for period in (own, *(periods.get_named_period(key, TODAY) for key in periods.PERIOD_NAMES)):
            report = sales_report.load_report(period, shop)
            by_hand = summed_by_hand(past, period)
            assert report.now == by_hand.pop("EUR", SalesTotals())
            assert report.others == by_hand
            assert report.before == summed_by_hand(past, period.before)["EUR"]
            for stretch, sums in report.parts:
                assert sums == summed_by_hand(past, stretch)["EUR"]
            assert report.now.sales == sum(sums.sales for _, sums in report.parts)


def test_over_all_days_sales_are_what_the_shop_keeps_or_is_owed(app):
    with app.app_context():
        shop = set_up_store()
        put_a_past(Random(8))
        report = sales_report.load_report(periods.Period("own", date(2026, 1, 1), date(2027, 1, 31)), shop)
        kept = select(Order).where(Order.cancelled_at.is_(None), Order.currency == "EUR")
        credits = {refund.id: refund for refund in db.session.scalars(select(Refund))}.values()
        owed = sum(
            order.total - sum(refund.credit for refund in credits if refund.order_id == order.id)
            for order in db.session.scalars(kept)
        )
        assert report.now.sales == owed
        assert report.now.average == round(report.now.totals / report.now.orders)


def test_the_statements_are_as_many_for_a_day_as_for_ten_years(app):
    with app.app_context():
        shop = set_up_store()
        numbers = set()
        for first in (TODAY, TODAY - timedelta(days=300), TODAY - timedelta(days=3600)):
            with record_statements() as made:
                sales_report.load_report(periods.Period("own", first, TODAY), shop)
            numbers.add(len(made))
        assert numbers == {1}


def test_top_products_are_those_of_the_period_and_the_currency(app):
    often, once, dear, dollars, gone = (make_product(app, title=title) for title in "ABCDE")
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with app.app_context():
        shop = set_up_store()
        for product_id, total, currency in ((often, 300, "EUR"), (often, 300, "EUR"), (once, 500, "EUR")):
            add_order(at, total, currency=currency, product_id=product_id)
        add_order(at, 900, product_id=dear)
        add_order(at, 9000, currency="USD", product_id=dollars)
        add_order(at, 9000, cancelled_at=at, product_id=gone)
        add_order(at - timedelta(days=90), 9000, product_id=gone)
        top = sales_report.list_top_products(periods.get_named_period("30-days", TODAY), shop)
        assert [(one.title, one.units, one.worth) for one in top] == [("C", 1, 900), ("A", 2, 600), ("B", 1, 500)]


def test_top_products_are_looked_for_in_the_newest_orders_and_no_more(app, monkeypatch):
    old, new, newest = (make_product(app, title=title) for title in ("Old", "New", "Newest"))
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    monkeypatch.setattr(sales_report, "MOST_ORDERS", 2)

    with app.app_context():
        shop = set_up_store()
        for hours, product_id in ((3, newest), (1, old), (2, new)):
            add_order(at + timedelta(hours=hours), 1000 - hours, product_id=product_id)
        top = sales_report.list_top_products(periods.get_named_period("30-days", TODAY), shop)
        assert [one.title for one in top] == ["New", "Newest"]
