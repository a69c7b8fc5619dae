"""Shipments and returns: never more than was ordered, no unit twice, and stock as in the ledger."""

import pytest

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.orders import archive, balance, cancellation, queries, refunds, shipments, stock, timeline
from shop.stock import ledger
from shop.stock.models.movement import Reason
from shop.tokens import new_id
from shop.web.request_info import NO_REQUEST
from tests import factories
from tests.factories import ACTOR, lock_order
from tests.orders import oracle

pytestmark = pytest.mark.both_databases


def ship(order_id, units, key=""):
    parcel = {"carrier": "DHL", "tracking": "T1", "tracking_url": "https://t.example/T1"}
    shipment = shipments.record_shipment(lock_order(order_id), units, key=key or new_id(), **parcel, actor=ACTOR)
    db.session.commit()
    return shipment


def give_back(order_id, lines):
    refunds.make_refund(lock_order(order_id), lines=lines, shipping=0, amount=0, reason="", key=new_id(), actor=ACTOR)
    db.session.commit()


def cancel(order_id, *, restock=True):
    done = cancellation.cancel_order(lock_order(order_id), reason="lost", restock=restock, refund_amount=0, actor=ACTOR)
    db.session.commit()
    return done


def states_of(order_id):
    order = queries.find_locked(order_id)
    return order.fulfilment_state, order.is_to_ship


def lose(variant, units):
    cause = ledger.Cause(by="staff", key=new_id())
    ledger.adjust_on_hand(variant, -units, Reason.LOST, cause, visit=NO_REQUEST)
    db.session.commit()


@pytest.fixture
def three(app):
    """The ids of a variant, of an order of three of it, and of its line."""
    variant = factories.make_variant(app)
    order_id = factories.create_order(app, (variant, 3))
    [line] = factories.get_line_ids(app, order_id)
    return variant, order_id, line


def test_an_order_leaves_in_parts_and_each_press_sends_once(app, three):
    variant, order_id, line = three
    with app.app_context():
        assert states_of(order_id) == ("unfulfilled", True)
        ship(order_id, {line: 1}, "parcel")
        assert ship(order_id, {line: 1}, "parcel") is None
        assert states_of(order_id) == ("partial", True)
        ship(order_id, {line: 2})
        assert states_of(order_id) == ("fulfilled", False)
        assert [one.kind for one in timeline.list_events(order_id)] == ["shipped", "shipped", "placed"]
        oracle.check_units(oracle.read_order(order_id))
    assert factories.get_stock(app, variant) == (7, 0, 7)


def test_a_parcel_has_something_and_never_more_than_is_left(app, three):
    variant, order_id, line = three
    with app.app_context():
        for units, refusal in (
            ({line: 4}, shipments.TooManyUnits),
            ({line: -1}, shipments.TooManyUnits),
            ({10**6: 1}, shipments.TooManyUnits),
            ({line: 0}, shipments.NothingToShip),
            ({}, shipments.NothingToShip),
        ):
            with pytest.raises(refusal):
                ship(order_id, units)
            db.session.rollback()
        assert states_of(order_id) == ("unfulfilled", True)
        ship(order_id, {line: 3})
        with pytest.raises(shipments.NothingToShip, match="nothing left"):
            ship(order_id, {line: 1})
        db.session.rollback()
    assert factories.get_stock(app, variant) == (7, 0, 7)


def test_how_a_parcel_is_followed_is_changed_and_noted(app, three):
    _, order_id, line = three
    words = {"carrier": "DHL", "tracking": "T2", "tracking_url": ""}
    with app.app_context():
        first = ship(order_id, {line: 1})
        assert shipments.change_tracking(first.id, **words, actor=ACTOR).tracking == "T2"
        assert shipments.change_tracking(10**6, **words, actor=ACTOR) is None
        db.session.commit()
        assert [one.kind for one in timeline.list_events(order_id)] == ["edited", "shipped", "placed"]
        assert timeline.list_events(order_id)[0].details["fields"] == ["tracking", "tracking_url"]


def test_a_parcel_that_does_not_leave_names_the_variant_and_what_there_is(app):
    options = [{"value1": "Red", "sku": "AP-R", "on_hand": 2}, {"value1": "Blue", "sku": "AP-B", "on_hand": 9}]
    factories.make_product(app, title="Apron", option1="Colour", variants=options)
    with app.app_context():
        red = db.session.query(Variant.id).filter_by(sku="AP-R").scalar()
    order_id = factories.create_order(app, (red, 1))
    [line] = factories.get_line_ids(app, order_id)

    with app.app_context():
        lose(red, 2)
        with pytest.raises(ledger.StockOutOfRange, match="Apron – Red: only 0 on hand"):
            ship(order_id, {line: 1})


def test_a_parcel_of_what_is_not_there_does_not_leave(app):
    there, gone = factories.make_variant(app), factories.make_variant(app, title="Cup")
    order_id = factories.create_order(app, (there, 1), (gone, 2))
    first, second = factories.get_line_ids(app, order_id)

    with app.app_context():
        lose(gone, 9)
        with pytest.raises(ledger.StockOutOfRange, match="Cup: only 1 on hand"):
            ship(order_id, {first: 1, second: 2})
        db.session.rollback()
        assert oracle.number("SELECT COUNT(*) FROM shipments") == 0
        assert oracle.number("SELECT COUNT(*) FROM stock_movements WHERE reason = 'sold'") == 0
    assert factories.get_stock(app, there) == (10, 1, 9)


@pytest.mark.parametrize("restock", [True, False])
def test_units_not_sent_are_taken_off_first_then_those_sent_come_back(app, restock):
    variant = factories.make_variant(app)
    order_id = factories.create_order(app, (variant, 4))
    [line] = factories.get_line_ids(app, order_id)

    with app.app_context():
        ship(order_id, {line: 2})
        with pytest.raises(refunds.RefundTooLarge, match="4 left to refund"):
            give_back(order_id, {line: (5, restock)})
        db.session.rollback()
        give_back(order_id, {line: (3, restock)})
        known = balance.load_balance(queries.find_locked(order_id)).lines[line]
        assert (known.removed, known.returned, known.refundable, known.to_ship) == (2, 1, 1, 0)
        assert states_of(order_id) == ("fulfilled", False)
        with pytest.raises(cancellation.UnitsShipped) as refusal:
            cancel(order_id)
        assert refusal.value.units == 1
        db.session.rollback()
        give_back(order_id, {line: (1, restock)})
        assert cancel(order_id)
        assert not cancel(order_id)
        oracle.check_stock(variant, [oracle.read_order(order_id)])
    assert factories.get_stock(app, variant) == ((10, 0, 10) if restock else (6, 0, 6))


@pytest.mark.parametrize("restock", [True, False])
def test_cancelling_lets_go_of_every_unit_once(app, restock):
    variant = factories.make_variant(app)
    order_id = factories.create_order(app, (variant, 4))
    [line] = factories.get_line_ids(app, order_id)

    with app.app_context():
        give_back(order_id, {line: (1, True)})
        assert cancel(order_id, restock=restock)
        assert not cancel(order_id, restock=restock)
        assert states_of(order_id) == ("restocked", False)
        with pytest.raises(shipments.NothingToShip):
            ship(order_id, {line: 1})
        db.session.rollback()
        with pytest.raises(refunds.RefundTooLarge):
            give_back(order_id, {line: (1, True)})
        db.session.rollback()
        assert stock.count_reserved() == {}
        oracle.check_stock(variant, [oracle.read_order(order_id)])
    assert factories.get_stock(app, variant) == ((10, 0, 10) if restock else (7, 0, 7))


def test_what_was_lost_before_is_not_written_off_again(app):
    variant = factories.make_variant(app, on_hand=5)
    order_id = factories.create_order(app, (variant, 5))

    with app.app_context():
        lose(variant, 4)
        cancel(order_id, restock=False)
        oracle.check_stock(variant, [oracle.read_order(order_id)])
    assert factories.get_stock(app, variant) == (0, 0, 0)


def test_the_archive_keeps_what_is_promised_and_waited_for(app):
    variant = factories.make_variant(app)
    order_ids = [factories.create_order(app, (variant, 1)) for _ in range(2)]
    with app.app_context():
        archive.archive_orders(order_ids, actor=ACTOR)
        db.session.commit()
        assert states_of(order_ids[0]) == ("unfulfilled", True)
        assert queries.find_locked(order_ids[0]).status == "archived"
        assert stock.count_reserved() == {variant: 2}
        archive.unarchive_orders(order_ids[:1], actor=ACTOR)
        db.session.commit()
        assert states_of(order_ids[0]) == ("unfulfilled", True)
        for order_id in order_ids:
            oracle.check_states(oracle.read_order(order_id))
