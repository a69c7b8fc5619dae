"""Goods out and back: never more than was ordered, no unit twice, and the shelf as the ledger says."""

import pytest

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.orders import cancelling, refunding, shipping, standing, states, tidying, timeline
from shop.orders import order as orders
from shop.stock import ledger
from shop.stock.models.movement import Reason
from shop.tokens import new_id
from shop.web.request_info import COMMAND_LINE
from tests import factories
from tests.factories import ACTOR
from tests.orders import books

pytestmark = pytest.mark.both_databases


def ship(order_id, units, key=""):
    parcel = {"carrier": "DHL", "tracking": "T1", "tracking_url": "https://t.example/T1"}
    shipment = shipping.ship(order_id, units, key=key or new_id(), **parcel, **ACTOR)
    db.session.commit()
    return shipment


def give_back(order_id, lines):
    refunding.refund(order_id, lines=lines, shipping=0, amount=0, reason="", key=new_id(), **ACTOR)
    db.session.commit()


def cancel(order_id, *, restock=True):
    done = cancelling.cancel(order_id, reason="lost", restock=restock, refund_amount=0, **ACTOR)
    db.session.commit()
    return done


def states_of(order_id):
    order = orders.locked(order_id)
    return order.fulfilment_state, order.is_to_ship


def lose(variant, units):
    cause = ledger.Cause(by="staff", key=new_id())
    ledger.adjust_on_hand(variant, -units, Reason.LOST, cause, visit=COMMAND_LINE)
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
        assert [one.kind for one in timeline.of(order_id)] == ["shipped", "shipped", "placed"]
        books.check_units(books.read(order_id))
    assert factories.get_stock(app, variant) == (7, 0, 7)


def test_a_parcel_has_something_and_never_more_than_is_left(app, three):
    variant, order_id, line = three
    with app.app_context():
        for units, refusal in (
            ({line: 4}, shipping.TooMany),
            ({line: -1}, shipping.TooMany),
            ({10**6: 1}, shipping.TooMany),
            ({line: 0}, shipping.NothingToShip),
            ({}, shipping.NothingToShip),
        ):
            with pytest.raises(refusal):
                ship(order_id, units)
            db.session.rollback()
        assert states_of(order_id) == ("unfulfilled", True)
        ship(order_id, {line: 3})
        with pytest.raises(shipping.NothingToShip, match="Nothing is left"):
            ship(order_id, {line: 1})
        db.session.rollback()
    assert factories.get_stock(app, variant) == (7, 0, 7)


def test_how_a_parcel_is_followed_is_changed_and_noted(app, three):
    _, order_id, line = three
    words = {"carrier": "DHL", "tracking": "T2", "tracking_url": ""}
    with app.app_context():
        first = ship(order_id, {line: 1})
        assert shipping.change_tracking(first.id, **words, **ACTOR).tracking == "T2"
        assert shipping.change_tracking(10**6, **words, **ACTOR) is None
        db.session.commit()
        assert [one.kind for one in timeline.of(order_id)] == ["edited", "shipped", "placed"]
        assert timeline.of(order_id)[0].details["fields"] == ["tracking", "tracking_url"]


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
        assert books.number("SELECT COUNT(*) FROM shipments") == 0
        assert books.number("SELECT COUNT(*) FROM stock_movements WHERE reason = 'sold'") == 0
    assert factories.get_stock(app, there) == (10, 1, 9)


@pytest.mark.parametrize("restock", [True, False])
def test_units_not_sent_are_taken_off_first_then_those_sent_come_back(app, restock):
    variant = factories.make_variant(app)
    order_id = factories.create_order(app, (variant, 4))
    [line] = factories.get_line_ids(app, order_id)

    with app.app_context():
        ship(order_id, {line: 2})
        with pytest.raises(refunding.TooMuch, match="4 left to refund"):
            give_back(order_id, {line: (5, restock)})
        db.session.rollback()
        give_back(order_id, {line: (3, restock)})
        known = standing.facts(orders.locked(order_id)).lines[line]
        assert (known.removed, known.returned, known.refundable, known.to_ship) == (2, 1, 1, 0)
        assert states_of(order_id) == ("fulfilled", False)
        with pytest.raises(cancelling.Shipped) as refusal:
            cancel(order_id)
        assert refusal.value.units == 1
        db.session.rollback()
        give_back(order_id, {line: (1, restock)})
        assert cancel(order_id)
        assert not cancel(order_id)
        books.check_stock(variant, [books.read(order_id)])
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
        with pytest.raises(shipping.NothingToShip):
            ship(order_id, {line: 1})
        db.session.rollback()
        with pytest.raises(refunding.TooMuch):
            give_back(order_id, {line: (1, True)})
        db.session.rollback()
        assert states.units_to_ship() == {}
        books.check_stock(variant, [books.read(order_id)])
    assert factories.get_stock(app, variant) == ((10, 0, 10) if restock else (7, 0, 7))


def test_what_was_lost_before_is_not_written_off_again(app):
    variant = factories.make_variant(app, on_hand=5)
    order_id = factories.create_order(app, (variant, 5))

    with app.app_context():
        lose(variant, 4)
        cancel(order_id, restock=False)
        books.check_stock(variant, [books.read(order_id)])
    assert factories.get_stock(app, variant) == (0, 0, 0)


def test_the_archive_keeps_what_is_promised_and_waited_for(app):
    variant = factories.make_variant(app)
    order_ids = [factories.create_order(app, (variant, 1)) for _ in range(2)]
    with app.app_context():
        tidying.archive(order_ids, **ACTOR)
        db.session.commit()
        assert states_of(order_ids[0]) == ("unfulfilled", True)
        assert orders.locked(order_ids[0]).status == "archived"
        assert states.units_to_ship() == {variant: 2}
        tidying.unarchive(order_ids[:1], **ACTOR)
        db.session.commit()
        assert states_of(order_ids[0]) == ("unfulfilled", True)
        for order_id in order_ids:
            books.check_states(books.read(order_id))
