"""Orders follow their customer: into a merge, into the file of one person, and into oblivion; the books stay."""

from shop.extensions import db
from shop.orders import cancelling, following, paying, refunding, shipping, timeline
from shop.orders import order as orders
from shop.orders.order import Order
from tests import factories
from tests.factories import ACTOR
from tests.orders import books
from tests.sql_statements import record_statements


def test_orders_follow_a_merged_customer(app):
    variant = factories.make_variant(app)
    one, other = factories.make_customer(app), factories.make_customer(app, email="a.byron@customers.example")
    first, second = [factories.create_order(app, (variant, 1), customer_id=who) for who in (one, other)]

    with app.app_context():
        paying.pay(second, 1000, "cash", "", key="p", **ACTOR)
        following.move(other, one)
        db.session.commit()
        assert [db.session.get(Order, order_id).customer_id for order_id in (first, second)] == [one, one]
        for customer_id in (one, other):
            books.check_customer(customer_id)
        assert books.number("SELECT spent FROM customers WHERE id = :id", id=one) == 1000


def test_the_dossier_has_all_that_orders_say(app):
    customer, variant = factories.make_customer(app), factories.make_variant(app, sku="MUG-1")
    values = {"customer_id": customer, "note": "Ring twice", "shipping": 500, "tags": ["gift"]}
    order_id = factories.create_order(app, (variant, 2), **values)
    factories.create_order(app, (variant, 1))

    with app.app_context():
        deal(order_id)
        [told] = following.dossier(customer)

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
        assert len(following.dossier(customer)) == 3

    assert len(few) <= 10  # on SQLite, where a transaction's beginning is one


def deal(order_id):
    """Do to an order what leaves a trace of who ordered."""
    line = orders.locked(order_id).lines[0].id
    sent = {"carrier": "Post", "tracking": "Ada-1", "tracking_url": "https://post.example/Ada"}
    paying.pay(order_id, 1000, "card", "Ada-77", key="p", **ACTOR)
    shipping.ship(order_id, {line: 1}, **sent, key="s", **ACTOR)
    back = {"lines": {}, "shipping": 0, "amount": 200, "reason": "Ada found a crack"}
    refunding.refund(order_id, **back, key="r", **ACTOR)
    timeline.note(order_id, "comment", by="staff", comment="Ada called")
    db.session.commit()


def test_what_a_bank_or_a_carrier_knows_an_erased_person_by_is_gone(app):
    customer = factories.make_customer(app)
    order_id = factories.create_order(app, (factories.make_variant(app), 2), customer_id=customer)
    with app.app_context():
        deal(order_id)
        following.erase(customer)
        db.session.commit()
        kept = [row for name in ("orders", "payments", "refunds", "shipments", "order_events") for row in all_of(name)]
        assert [str(row) for row in kept if "Ada" in str(row)] == []
        [payment], [shipment] = all_of("payments"), all_of("shipments")
        assert (payment.amount, payment.method, shipment.carrier) == (1000, "card", "Post")


def all_of(table):
    return books.rows(f"SELECT * FROM {table}")


def test_an_erased_person_is_gone_from_the_orders_and_the_books_stay(app):
    customer = factories.make_customer(app)
    variant = factories.make_variant(app)
    order_id = factories.create_order(app, (variant, 2), customer_id=customer, note="Ring twice")
    strangers = factories.create_order(app, (variant, 1), note="Keep me")

    with app.app_context():
        timeline.note(order_id, "comment", by="staff", comment="Ada called")
        timeline.note(order_id, "letter posted", by="staff", to="ada@customers.example")
        cancelling.cancel(order_id, reason="Ada moved away", restock=True, refund_amount=0, **ACTOR)
        db.session.commit()
        before = books.read(order_id)
        assert following.erase(customer) == 1
        db.session.commit()
        order = orders.locked(order_id)
        assert (order.email, order.note, order.billing, order.delivery) == ("", "", {}, {})
        everything = [*books.rows("SELECT * FROM orders"), *books.rows("SELECT * FROM order_events")]
        everything += books.rows("SELECT * FROM refunds")
        told = [str(row) for row in everything if getattr(row, "order_id", row.id) == order_id]
        assert told
        assert not [row for row in told if "Ada" in row or "ada@" in row]
        after = books.read(order_id)
        assert (after.order.number, after.order.total, after.lines) == (1001, before.order.total, before.lines)
        assert db.session.get(Order, strangers).note == "Keep me"
        books.check_money(after)
