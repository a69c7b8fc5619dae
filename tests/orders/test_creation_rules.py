"""An order is created once, with its own number and its own copy of what was sold; its units are committed."""

from datetime import timedelta

import pytest

from shop import clock as shop_clock
from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.orders import creation, idempotency_keys, queries, stock, timeline
from shop.orders.models.order import Order
from shop.tokens import new_id
from tests import factories
from tests.factories import ACTOR
from tests.orders import oracle

pytestmark = pytest.mark.both_databases


def place(draft, key=""):
    order = creation.create_order(draft, key=key or new_id(), actor=ACTOR)
    db.session.commit()
    return order


def test_an_order_is_placed_once_and_promises_its_units(app):
    variant, customer = factories.make_variant(app), factories.make_customer(app)
    with app.app_context():
        lines = [factories.make_line(variant, 3), factories.make_free_line()]
        draft = factories.make_draft(*lines, customer_id=customer, shipping=500, discount=100, tags=["vip"])

        order_id = place(draft, "once").id

        assert place(draft, "once").id == order_id
        order = queries.find_locked(order_id)
        assert (order.subtotal, order.total, order.units, order.tags) == (3250, 3650, 4, ["vip"])
        assert (order.status, order.payment_state, order.fulfilment_state) == ("open", "pending", "unfulfilled")
        assert order.is_to_ship
        assert order.is_to_pay
        assert [(one.kind, one.details["total"]) for one in timeline.list_events(order_id)] == [("placed", 3650)]
        assert oracle.number("SELECT COUNT(*) FROM audit_entries WHERE event = 'order_placed'") == 1
        oracle.check_customer(customer)
    assert factories.get_stock(app, variant) == (10, 3, 7)


def test_an_order_keeps_its_own_copy_of_what_was_sold(app):
    variant = factories.make_variant(app, sku="MUG-1", value1="Red")
    with app.app_context():
        draft = factories.make_draft(factories.make_line(variant, 3), factories.make_free_line())
        order_id = place(draft, "once").id
        row = db.session.get(Variant, variant)
        row.sku, row.price, row.product.title = "NEW", 1, "Cup"
        db.session.commit()

        assert place(draft, "once").id == order_id
        sold = [(line.title, line.variant_title, line.sku, line.price) for line in queries.find_locked(order_id).lines]
        assert sold == [("Mug", "Red", "MUG-1", 1000), ("Gift wrap", "", "", 250)]


def test_numbers_have_no_gap_where_an_order_was_refused_and_never_come_twice(app):
    variant = factories.make_variant(app, on_hand=2)
    with app.app_context():
        assert place(factories.make_draft(factories.make_line(variant, 1))).number == 1001
        with pytest.raises(stock.OutOfStock) as refusal:
            place(
                factories.make_draft(
                    factories.make_line(variant, 1), factories.make_line(variant, 1), factories.make_free_line()
                )
            )
        # Nothing was changed before the refusal: not even a commit would leave a trace of it.
        db.session.commit()
        assert refusal.value.lines == [("Mug", 2, 1)]
        assert str(refusal.value) == "Mug: 2 requested, 1 available."
        assert place(factories.make_draft(factories.make_free_line())).number == 1002
        db.session.rollback()
        creation.create_order(factories.make_draft(factories.make_free_line()), key="dropped", actor=ACTOR)
        db.session.rollback()
        assert place(factories.make_draft(factories.make_free_line())).number == 1003
        oracle.check_numbers()
    assert factories.get_stock(app, variant) == (2, 1, 1)


def test_what_is_sold_on_when_it_is_out_can_be_ordered_all_the_same(app):
    variant = factories.make_variant(app, on_hand=1, continue_selling=True)
    factories.create_order(app, (variant, 5))
    assert factories.get_stock(app, variant) == (1, 5, -4)


def test_a_draft_that_no_form_lets_through_is_refused_loudly(app):
    nonsense = [
        factories.make_draft(),
        factories.make_draft(factories.make_free_line(quantity=0)),
        factories.make_draft(factories.make_free_line(price=-1)),
        factories.make_draft(factories.make_free_line(), shipping=-1),
        factories.make_draft(factories.make_free_line(), discount=-1),
        factories.make_draft(*[factories.make_free_line()] * 201),
    ]
    with app.app_context():
        for draft in nonsense:
            with pytest.raises(ValueError, match=r"lines|range"):
                creation.create_order(draft, key=new_id(), actor=ACTOR)
        db.session.rollback()
        assert oracle.number("SELECT COUNT(*) FROM orders") == 0


def test_an_order_of_a_customer_who_is_gone_is_nobodys(app):
    with app.app_context():
        order = place(factories.make_draft(factories.make_free_line(), customer_id=10**6))
        assert (order.customer_id, order.email) == (None, "ada@customers.example")


def test_an_order_can_be_written_down_later_than_it_was_placed(app):
    with app.app_context():
        at = shop_clock.now() - timedelta(days=40)
    order_id = factories.create_order(app, (factories.make_variant(app), 1), at=at)
    with app.app_context():
        assert db.session.get(Order, order_id).placed_at == at
        assert [one.at for one in timeline.list_events(order_id)] == [at]


@pytest.mark.parametrize("key", ["", "a" * 5000, "\0", "shipped:1", "ключ 🗝", "' OR 1=1 --"])
def test_any_text_can_be_a_key_and_none_is_one_that_we_make(key):
    kept = idempotency_keys.normalize_key(key)
    assert idempotency_keys.OUR_KEY.fullmatch(kept)
    assert kept != key

    assert kept == idempotency_keys.normalize_key(key)
