"""An order is edited: what was shipped or refunded stays, and stock follows the difference."""

from dataclasses import replace

import pytest

from shop.extensions import db
from shop.orders import balance, cancellation, edits, payments, queries, refunds, shipments, stock, timeline
from tests import factories
from tests.factories import ACTOR, ADDRESS, lock_order
from tests.orders import oracle
from tests.orders.form_helpers import change_store

NO_PARCEL = {"carrier": "", "tracking": "", "tracking_url": ""}
SAME = edits.OrderEdit({}, shipping=500, shipping_method="", discount=0, discount_code="")


def alter(order_id, wanted, version=None):
    version = queries.find_locked(order_id).version if version is None else version
    order = edits.edit_order(lock_order(order_id), wanted, version=version, actor=ACTOR)
    db.session.commit()
    return order


def test_lines_change_and_the_shelf_follows(app):
    mug, cup = factories.make_variant(app), factories.make_variant(app, title="Cup", price=300)
    order_id = factories.create_order(app, (mug, 4), (cup, 1), shipping=500)
    first, second = factories.get_line_ids(app, order_id)

    with app.app_context():
        added = [factories.make_line(cup, 2), factories.make_free_line()]
        order = alter(
            order_id, replace(SAME, quantities={first: 6, second: 0}, discount=150, discount_code="X", added=added)
        )
        assert [(line.title, line.quantity) for line in order.lines] == [("Mug", 6), ("Cup", 2), ("Gift wrap", 1)]
        assert (order.total, order.version) == (6000 + 600 + 250 - 150 + 500, 2)
        event = timeline.list_events(order_id)[0]
        assert event.details["fields"] == ["lines", "discount", "discount_code"]
        assert event.details["lines"] == [
            {"line": "Mug", "from": 4, "to": 6},
            {"line": "Cup", "from": 1, "to": 0},
            {"line": "Cup", "from": 0, "to": 2},
            {"line": "Gift wrap", "from": 0, "to": 1},
        ]
        assert event.details["total"] == [4800, 7200]
        oracle.check_money(oracle.read_order(order_id))
        assert alter(order_id, replace(SAME, discount=150, discount_code="X")).version == 2
    assert factories.get_stock(app, mug) == (10, 6, 4)
    assert factories.get_stock(app, cup) == (10, 2, 8)


@pytest.fixture
def dealt_with(app):
    """The ids of a variant, of a paid order of four units of it (one shipped, one refunded), and of its line."""
    variant = factories.make_variant(app)
    order_id = factories.create_order(app, (variant, 4), shipping=500)
    [line] = factories.get_line_ids(app, order_id)
    with app.app_context():
        shipments.record_shipment(lock_order(order_id), {line: 1}, key="s", **NO_PARCEL, actor=ACTOR)
        payments.record_payment(lock_order(order_id), 4500, "cash", "", key="p", actor=ACTOR)
        refunds.make_refund(
            lock_order(order_id), lines={line: (1, True)}, shipping=0, amount=1000, reason="", key="r", actor=ACTOR
        )
        db.session.commit()
    return variant, order_id, line


def test_what_was_shipped_or_refunded_stays(app, dealt_with):
    variant, order_id, line = dealt_with
    with app.app_context():
        with pytest.raises(edits.EditRefused, match="2 already shipped or refunded"):
            alter(order_id, replace(SAME, quantities={line: 1}))
        db.session.rollback()
        with pytest.raises(edits.EditRefused, match="already been refunded"):
            alter(order_id, replace(SAME, quantities={line: 2}, discount=2000, shipping=0))
        db.session.rollback()
        with pytest.raises(stock.OutOfStock):
            alter(order_id, replace(SAME, quantities={line: 20}))
        db.session.rollback()
        with pytest.raises(edits.OrderChanged):
            alter(order_id, SAME, version=7)
        db.session.rollback()
        assert queries.find_locked(order_id).lines[0].quantity == 4
        oracle.check_stock(variant, [oracle.read_order(order_id)])


def test_what_was_paid_for_units_that_are_taken_off_goes_back_and_is_no_credit(app, dealt_with):
    variant, order_id, line = dealt_with
    with app.app_context():
        alter(order_id, replace(SAME, quantities={line: 2}))

        known = balance.load_balance(queries.find_locked(order_id))
        # 15.00 are owed and 35.00 were kept: the excess can be refunded, without a credit.
        assert (known.due, known.overpaid, known.outstanding) == (1500, 2000, 0)
        back = refunds.make_refund(
            lock_order(order_id), lines={}, shipping=0, amount=2000, reason="", key="o", actor=ACTOR
        )
        db.session.commit()
        assert back.credit == 0
        assert balance.load_balance(queries.find_locked(order_id)).due == 1500
        oracle.check_stock(variant, [oracle.read_order(order_id)])


def test_shipping_that_was_refunded_is_not_taken_off_once_more(app):
    change_store(app, tax_rate=2000, prices_include_tax=False)
    order_id = factories.create_order(app, (factories.make_variant(app), 4), shipping=500)
    with app.app_context():
        refunds.make_refund(lock_order(order_id), lines={}, shipping=480, amount=0, reason="", key="r", actor=ACTOR)
        db.session.commit()
        for shipping_ in (0, 399):
            with pytest.raises(edits.EditRefused, match="less than what has already been refunded"):
                alter(order_id, replace(SAME, shipping=shipping_))
            db.session.rollback()
        order = alter(order_id, replace(SAME, shipping=400))
        assert (order.total, balance.load_balance(order).due, balance.load_balance(order).shipping_left) == (
            5280,
            4800,
            0,
        )


def test_an_order_is_not_emptied_and_a_cancelled_one_not_changed(app):
    order_id = factories.create_order(app, (factories.make_variant(app), 1), shipping=500)
    [line] = factories.get_line_ids(app, order_id)
    with app.app_context():
        with pytest.raises(edits.EditRefused, match="Cancel it instead"):
            alter(order_id, replace(SAME, quantities={line: 0}))
        db.session.rollback()
        with pytest.raises(ValueError, match="range"):
            alter(order_id, replace(SAME, shipping=-1))
        db.session.rollback()
        cancellation.cancel_order(lock_order(order_id), reason="", restock=True, refund_amount=0, actor=ACTOR)
        db.session.commit()
        with pytest.raises(edits.EditRefused, match="canceled"):
            alter(order_id, replace(SAME, quantities={line: 2}))


def test_details_change_by_name_and_nothing_of_them_is_quoted(app):
    order_id = factories.create_order(app, (factories.make_variant(app), 1))
    with app.app_context():
        order = queries.find_locked(order_id)
        values = {"email": "new@customers.example", "note": "", "billing": {**ADDRESS, "city": "Ulm"}, "total": 1}
        assert edits.change_details(order, values, actor=ACTOR) == ["email", "billing"]
        assert edits.change_details(order, values, actor=ACTOR) == []
        db.session.commit()
        order = queries.find_locked(order_id)
        assert (order.email, order.billing["city"], order.total, order.version) == (
            "new@customers.example",
            "Ulm",
            1000,
            2,
        )
        assert timeline.list_events(order_id)[0].details == {"fields": ["email", "billing"]}
        entries = "SELECT COUNT(*) FROM audit_entries WHERE CAST(details AS TEXT) LIKE :what"
        assert oracle.number(entries, what="%new@customers%") == 0
        assert oracle.number(entries, what="%billing%") == 1
