"""Orders follow their customer: into a merge, an export, and an erasure; the books stay."""

from shop.extensions import db
from shop.orders import (
    cancellation,
    customer_erasure,
    customer_export,
    customer_orders,
    payments,
    queries,
    refunds,
    shipments,
    timeline,
)
from shop.orders.models.order import Order
from tests import factories
from tests.factories import ACTOR, lock_order
from tests.orders import oracle
from tests.sql_statements import record_statements


def test_orders_follow_a_merged_customer(app):
    variant = factories.make_variant(app)
    one, other = factories.make_customer(app), factories.make_customer(app, email="a.byron@customers.example")
    first, second = [factories.create_order(app, (variant, 1), customer_id=who) for who in (one, other)]

    with app.app_context():
        payments.record_payment(lock_order(second), 1000, "cash", "", key="p", actor=ACTOR)
        customer_orders.move_orders(other, one)
        db.session.commit()
        assert [db.session.get(Order, order_id).customer_id for order_id in (first, second)] == [one, one]
        for customer_id in (one, other):
            oracle.check_customer(customer_id)
        assert oracle.number("SELECT spent FROM customers WHERE id = :id", id=one) == 1000


def test_the_dossier_has_all_that_orders_say(app):
    customer, variant = factories.make_customer(app), factories.make_variant(app, sku="MUG-1")
    values = {"customer_id": customer, "note": "Ring twice", "shipping": 500, "tags": ["gift"]}
    order_id = factories.create_order(app, (variant, 2), **values)
    factories.create_order(app, (variant, 1))

    with app.app_context():
        deal(order_id)
        [told] = customer_export.export_orders(customer)

    assert (told["number"], told["note"], told["total"], told["currency"]) == (1001, "Ring twice", "25.00", "EUR")
    assert told["delivery address"]["name"] == "Ada Byron"
    line = {"title": "Mug", "variant": "", "sku": "MUG-1", "quantity": 2}
    assert told["lines"] == [{**line, "price": "10.00", "discount": "0.00", "tax": "0.00"}]
    assert (told["tags"], told["discount code"], told["cancel reason"]) == (["gift"], "", "")
    sent = {"carrier": "Post", "tracking": "Ada-1", "tracking page": "https://post.example/Ada"}
    said = {name: [{**one, "at": ""} for one in told[name]] for name in ("payments", "refunds", "parcels", "comments")}
    assert said == {
        "payments": [{"at": "", "amount": "10.00", "method": "card", "reference": "Ada-77"}],
        "refunds": [{"at": "", "amount": "2.00", "shipping": "0.00", "reason": "Ada found a crack", "lines": []}],
        "parcels": [{"at": "", **sent, "lines": [{"title": "Mug", "quantity": 1}]}],
        "comments": [{"at": "", "text": "Ada called"}],
    }


def test_the_dossier_of_several_orders_makes_few_statements(app):
    customer, variant = factories.make_customer(app), factories.make_variant(app)
    order_ids = [factories.create_order(app, (variant, 2), customer_id=customer) for _ in range(3)]
    with app.app_context():
        deal(order_ids[0])

    with record_statements() as few, app.app_context():
        assert len(customer_export.export_orders(customer)) == 3

    assert len(few) <= 10  # on SQLite, which counts BEGIN as one


def deal(order_id):
    """Leave every trace of the customer in an order."""
    line = queries.find_locked(order_id).lines[0].id
    sent = {"carrier": "Post", "tracking": "Ada-1", "tracking_url": "https://post.example/Ada"}
    payments.record_payment(lock_order(order_id), 1000, "card", "Ada-77", key="p", actor=ACTOR)
    shipments.record_shipment(lock_order(order_id), {line: 1}, **sent, key="s", actor=ACTOR)
    back = {"lines": {}, "shipping": 0, "amount": 200, "reason": "Ada found a crack"}
    refunds.make_refund(lock_order(order_id), **back, key="r", actor=ACTOR)
    timeline.add_event(order_id, "comment", by="staff", comment="Ada called")
    db.session.commit()


def test_what_a_bank_or_a_carrier_knows_an_erased_person_by_is_gone(app):
    customer = factories.make_customer(app)
    order_id = factories.create_order(app, (factories.make_variant(app), 2), customer_id=customer)
    with app.app_context():
        deal(order_id)
        customer_erasure.erase_orders(customer)
        db.session.commit()
        kept = [row for name in ("orders", "payments", "refunds", "shipments", "order_events") for row in all_of(name)]
        assert [str(row) for row in kept if "Ada" in str(row)] == []
        [payment], [shipment] = all_of("payments"), all_of("shipments")
        assert (payment.amount, payment.method, shipment.carrier) == (1000, "card", "Post")


def all_of(table):
    return oracle.rows(f"SELECT * FROM {table}")


def test_an_erased_person_is_gone_from_the_orders_and_the_books_stay(app):
    customer = factories.make_customer(app)
    variant = factories.make_variant(app)
    order_id = factories.create_order(app, (variant, 2), customer_id=customer, note="Ring twice")
    strangers = factories.create_order(app, (variant, 1), note="Keep me")

    with app.app_context():
        timeline.add_event(order_id, "comment", by="staff", comment="Ada called")
        timeline.add_event(order_id, "letter posted", by="staff", to="ada@customers.example")
        cancellation.cancel_order(lock_order(order_id), reason="Ada left", restock=True, refund_amount=0, actor=ACTOR)
        db.session.commit()
        before = oracle.read_order(order_id)
        assert customer_erasure.erase_orders(customer) == 1
        db.session.commit()
        order = queries.find_locked(order_id)
        assert (order.email, order.note, order.billing, order.delivery) == ("", "", {}, {})
        everything = [*oracle.rows("SELECT * FROM orders"), *oracle.rows("SELECT * FROM order_events")]
        everything += oracle.rows("SELECT * FROM refunds")
        told = [str(row) for row in everything if getattr(row, "order_id", row.id) == order_id]
        assert told
        assert not [row for row in told if "Ada" in row or "ada@" in row]
        after = oracle.read_order(order_id)
        assert (after.order.number, after.order.total, after.lines) == (1001, before.order.total, before.lines)
        assert db.session.get(Order, strangers).note == "Keep me"
        oracle.check_money(after)
