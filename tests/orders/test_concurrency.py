"""Concurrent acts on the same goods: they wait for each other, without a deadlock."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier

import pytest

from shop.extensions import db
from shop.orders import cancellation, creation, refunds, shipments, stock
from shop.settings import store as settings
from shop.tokens import new_id
from tests import factories, results
from tests.factories import ACTOR, lock_order
from tests.orders import oracle

pytestmark = pytest.mark.both_databases

HANDS = 15  # as many as the pool has connections; more would time out on a busy machine
NO_PARCEL = {"carrier": "", "tracking": "", "tracking_url": ""}
REFUSED = (stock.OutOfStock, refunds.RefundTooLarge, shipments.NothingToShip, shipments.TooManyUnits)


def at_once(app, acts):
    """Start all acts simultaneously, each in a transaction of its own; return their results."""
    barrier = Barrier(len(acts))

    def carry_out(act):
        with app.app_context():
            barrier.wait()
            try:
                done = act()
                db.session.commit()
            except REFUSED as refusal:
                db.session.rollback()
                return type(refusal).__name__
            return "done" if done else "done before"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(carry_out, acts))


def look_through(app, variants):
    """Check all books against each other."""
    with app.app_context():
        all_books = [oracle.read_order(row.id) for row in oracle.rows("SELECT id FROM orders")]
        for one in all_books:
            oracle.check_money(one)
            oracle.check_units(one)
            oracle.check_states(one)
        for variant_id in variants:
            oracle.check_stock(variant_id, all_books)
        oracle.check_numbers()
        oracle.check_days()
        return all_books


@pytest.mark.figure
def test_orders_of_the_same_goods_in_any_order_never_wait_in_a_ring(app):
    with app.app_context():
        products = [factories.add_product() for _ in range(3)]
        variants = [factories.add_variant(product, on_hand=500).id for _ in range(3) for product in products]
        db.session.commit()
    orders = [
        factories.create_order(app, *[(one, 1) for one in variants[start:] + variants[:start]]) for start in range(9)
    ]

    came = at_once(app, [touch(app, number, orders[number % 9], variants) for number in range(HANDS)])
    assert came["done"] >= HANDS * 2 // 3

    look_through(app, variants)
    kind = "postgresql" if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql") else "sqlite"
    results.save_figures(f"orders of the same goods at once, {kind}", hands=HANDS, came=dict(came))


def test_the_days_come_to_what_they_should_though_the_store_moves_meanwhile(app):
    variant, customer = factories.make_variant(app, on_hand=100), factories.make_customer(app)
    late = [datetime(2026, 6, 1, hour, 59, 59, tzinfo=UTC) for hour in (3, 13, 23)]
    placed = [factories.create_order(app, (variant, 2), at=at, customer_id=customer) for at in late * 2]
    moves = [partial(move, zone) for zone in ("America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati")]
    orders = [partial(order_one, variant, at) for at in late * 4]
    returns = [partial(take_back, order_id, *factories.get_line_ids(app, order_id)) for order_id in placed]
    ends = [partial(cancel, order_id) for order_id in placed]

    assert at_once(app, [*moves, *orders, *returns, *ends])["done"] >= len(moves + orders + ends)
    look_through(app, [variant])


def move(zone):
    return settings.change_settings(settings.get_locked_store(), {"time_zone": zone}, actor=ACTOR)


def cancel(order_id):
    return cancellation.cancel_order(lock_order(order_id), reason="", restock=True, refund_amount=0, actor=ACTOR)


def order_one(variant, at):
    return creation.create_order(factories.make_draft(factories.make_line(variant)), key=new_id(), at=at, actor=ACTOR)


def take_back(order_id, line):
    back = {"lines": {line: (1, True)}, "shipping": 0, "amount": 0, "reason": ""}
    return refunds.make_refund(lock_order(order_id), key=new_id(), **back, actor=ACTOR)


def touch(app, number, order_id, variants):
    """Do one of three acts: a return, a shipment, or another order of all goods, in random order."""
    line = factories.get_line_ids(app, order_id)[number % 5]
    if number % 3 == 0:
        back = {"lines": {line: (1, True)}, "shipping": 0, "amount": 0, "reason": ""}
        return lambda: refunds.make_refund(lock_order(order_id), key=f"r{number}", **back, actor=ACTOR)
    if number % 3 == 1:
        return lambda: shipments.record_shipment(
            lock_order(order_id), {line: 1}, key=f"s{number}", **NO_PARCEL, actor=ACTOR
        )
    with app.app_context():
        draft = factories.make_draft(
            *[factories.make_line(one) for one in sorted(variants, key=lambda one: one * number % 11)]
        )
    return lambda: creation.create_order(draft, key=f"p{number}", actor=ACTOR)
