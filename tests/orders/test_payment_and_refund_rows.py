"""Complete rows for payments and refunds: the rows, the lines, the timeline, the audit log, the stock."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders import creation, payments, refunds, shipments
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund
from shop.stock.models.movement import Movement
from shop.tokens import new_id
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo
from tests.factories import (
    ACTOR,
    create_order,
    get_line_ids,
    get_stock,
    lock_order,
    make_draft,
    make_free_line,
    make_line,
    make_variant,
)
from tests.orders import oracle
from tests.sample_people import VIEWER

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)
HERE = Actor(VIEWER, RequestInfo(network="192.0.2.7", browser="", request_id="abcdefghijklmnopqrstuv"))


@pytest.fixture
def order(app, clock):
    """The id of an order of 40.00 with shipping of 5.00: three mugs, of which one was shipped, and a cup."""
    clock.set(NOW)
    mug, cup = make_variant(app), make_variant(app, title="Cup")
    order_id = create_order(app, (mug, 3), (cup, 1), shipping=500)
    parcel = {"carrier": "Post", "tracking": "", "tracking_url": ""}
    first, _ = get_line_ids(app, order_id)
    with app.app_context():
        shipments.record_shipment(lock_order(order_id), {first: 1}, key=new_id(), **parcel, actor=ACTOR)
        db.session.commit()
    return order_id


def values_of(row, *but):
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in ("id", *but)}


def newest(model):
    return db.session.scalar(select(model).order_by(model.id.desc()))


def logged(event):
    """Return the newest entry of an event: its details, its actor and where they were."""
    one = newest(Entry)
    assert (one.event, one.by, one.network, one.request_id) == (event, VIEWER, "192.0.2.7", "abcdefghijklmnopqrstuv")
    return one.details


@pytest.mark.parametrize("at", [None, EARLIER])
def test_a_payment(app, order, at):
    with app.app_context():
        payments.record_payment(lock_order(order), 2000, "transfer", "RF18", key="press", at=at, actor=HERE)
        db.session.commit()

        row, told, number = newest(Payment), newest(OrderEvent), db.session.get_one(Order, order).number
        facts = {"amount": 2000, "method": "transfer", "reference": "RF18"}
        assert values_of(row, "key") == {"order_id": order, "at": at or NOW, "by": VIEWER, **facts}
        common = {"order_id": order, "at": at or NOW, "by": VIEWER, "kind": "paid", "comment": ""}
        assert values_of(told) == {**common, "details": facts}
        assert logged("order_paid") == {"order": number, "amount": 2000, "currency": "EUR", "method": "transfer"}


@pytest.mark.parametrize("at", [None, EARLIER])
def test_a_refund(app, order, at):
    first, second = get_line_ids(app, order)
    with app.app_context():
        payments.record_payment(lock_order(order), 4500, "cash", "", key="press", actor=ACTOR)
        db.session.commit()
        asked = {"lines": {second: (1, False), first: (3, True)}, "shipping": 200, "amount": 3000, "reason": "it broke"}
        refunds.make_refund(lock_order(order), key="back", at=at, **asked, actor=HERE)
        db.session.commit()

        row, told, number = newest(Refund), newest(OrderEvent), db.session.get_one(Order, order).number
        facts = {"amount": 3000, "shipping": 200, "credit": 4200, "reason": "it broke"}
        assert values_of(row, "key") == {"order_id": order, "at": at or NOW, "by": VIEWER, **facts}
        assert [values_of(one, "refund_id") for one in row.lines] == [
            {"line_id": first, "removed": 2, "returned": 1, "value": 3000, "is_restocked": True},
            {"line_id": second, "removed": 1, "returned": 0, "value": 1000, "is_restocked": False},
        ]
        common = {"order_id": order, "at": at or NOW, "by": VIEWER, "kind": "refunded", "comment": ""}
        said = {"refund": row.id, "amount": 3000, "units": 4, "restocked": 3, "reason": "it broke"}
        assert values_of(told) == {**common, "details": said}
        assert logged("order_refunded") == {"order": number, "amount": 3000, "currency": "EUR", "units": 4}
        moved = db.session.scalars(select(Movement).order_by(Movement.id.desc()).limit(2)).all()
        assert [(one.by, one.order_id, one.delta, one.reason) for one in moved] == [
            (VIEWER, order, 1, "returned"),
            (VIEWER, order, -1, "not restocked"),
        ]


def test_a_single_cent_and_a_single_unit_are_told_from_none(app):
    order = create_order(app, (make_variant(app, price=2), 2))
    [line] = get_line_ids(app, order)
    parcel = {"carrier": "", "tracking": "", "tracking_url": ""}
    back = {"lines": {}, "shipping": 0, "amount": 1, "reason": ""}
    with app.app_context():
        steps = [lambda: payments.record_payment(lock_order(order), 1, "cash", "", key=new_id(), actor=ACTOR)] * 4
        steps += [
            lambda: shipments.record_shipment(lock_order(order), {line: 1}, key=new_id(), **parcel, actor=ACTOR)
        ] * 2
        steps += [lambda: refunds.make_refund(lock_order(order), key=new_id(), **back, actor=ACTOR)] * 4
        for step in steps:
            step()
            db.session.commit()
            one = oracle.read_order(order)
            oracle.check_states(one)
            oracle.check_money(one)
            oracle.check_units(one)

    assert (one.order.payment_state, one.order.fulfilment_state) == ("refunded", "fulfilled")


def test_what_a_press_did_before_leaves_nothing_more(app, order):
    with app.app_context():
        for _ in range(2):
            payments.record_payment(lock_order(order), 4500, "cash", "", key="press", actor=ACTOR)
            refunds.make_refund(
                lock_order(order), lines={}, shipping=0, amount=100, reason="", key="press", actor=ACTOR
            )
            db.session.commit()
        counted = [db.session.query(one).filter_by(order_id=order).count() for one in (Payment, Refund, OrderEvent)]
        assert counted == [1, 1, 4]


def test_free_text_is_sent_and_comes_back_without_any_stock(app):
    mug = make_variant(app)
    with app.app_context():
        drafted = make_draft(make_free_line(quantity=4), make_line(mug))
        placed = creation.create_order(drafted, key=new_id(), actor=ACTOR)
        wrap, one = (line.id for line in placed.lines)
        untracked = dict.fromkeys(("carrier", "tracking", "tracking_url"), "")
        shipments.record_shipment(lock_order(placed.id), {wrap: 2, one: 1}, **untracked, key=new_id(), actor=ACTOR)
        for restock in (True, False):
            lines = {wrap: (1, restock)}
            refunds.make_refund(
                lock_order(placed.id), lines=lines, shipping=0, amount=0, reason="", key=new_id(), actor=ACTOR
            )
        refunds.make_refund(
            lock_order(placed.id), lines={wrap: (2, True)}, shipping=0, amount=0, reason="", key=new_id(), actor=ACTOR
        )
        db.session.commit()
        given = [(row.removed, row.returned, row.is_restocked) for back in Refund.query for row in back.lines]
        assert given == [(1, 0, False), (1, 0, False), (0, 2, False)]
        assert [(one.variant_id, one.delta) for one in Movement.query if one.order_id] == [(mug, -1)]
    assert get_stock(app, mug) == (9, 0, 9)
