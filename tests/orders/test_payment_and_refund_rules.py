"""Payments and refunds: never more than the balance, never more than was paid, and the resulting states."""

from datetime import UTC, datetime

import pytest

from shop.extensions import db
from shop.orders import balance, cancellation, payments, queries, refunds, timeline
from shop.settings import store as settings_of
from shop.tokens import new_id
from tests import factories
from tests.factories import ACTOR, lock_order
from tests.orders import oracle
from tests.people.rule_helpers import details

pytestmark = pytest.mark.both_databases


def pay(order_id, amount, key=""):
    done = payments.record_payment(lock_order(order_id), amount, "cash", "till 1", key=key or new_id(), actor=ACTOR)
    db.session.commit()
    return done


def refund(order_id, amount=0, *, lines=None, shipping=0, key=""):
    asked = {"lines": lines or {}, "shipping": shipping, "amount": amount, "reason": "it broke"}
    row = refunds.make_refund(lock_order(order_id), key=key or new_id(), **asked, actor=ACTOR)
    db.session.commit()
    return row


def state(order_id):
    return queries.find_locked(order_id).payment_state


def audited(event):
    return oracle.number("SELECT COUNT(*) FROM audit_entries WHERE event = :event", event=event)


def test_an_order_is_paid_in_parts_and_never_beyond(app):
    customer = factories.make_customer(app)
    order_id = factories.create_order(app, (factories.make_variant(app), 3), customer_id=customer)
    with app.app_context():
        assert pay(order_id, 1000, "first")
        assert state(order_id) == "partly paid"
        assert not pay(order_id, 1000, "first")
        with pytest.raises(payments.PaymentTooLarge) as refusal:
            pay(order_id, 2001)
        assert refusal.value.outstanding == 2000
        db.session.rollback()
        with pytest.raises(ValueError, match="0"):
            pay(order_id, 0)
        db.session.rollback()
        assert pay(order_id, 2000)
        assert state(order_id) == "paid"
        assert oracle.read_order(order_id).payments == [1000, 2000]
        assert [one.kind for one in timeline.list_events(order_id)] == ["paid", "paid", "placed"]
        assert audited("order_paid") == 2
        oracle.check_customer(customer)


@pytest.fixture
def partly_paid(app):
    """The id of an order of 35.00, of which 20.00 are paid."""
    order_id = factories.create_order(app, (factories.make_variant(app), 3), shipping=500)
    with app.app_context():
        pay(order_id, 2000)
    return order_id


def test_a_refund_has_something_and_never_more_than_was_paid_or_sold(app, partly_paid):
    with app.app_context():
        for asked in (
            {"amount": 2001},
            {"amount": -1},
            {"shipping": 501},
            {"shipping": -1},
            {"lines": {10**6: (1, True)}},
        ):
            with pytest.raises(refunds.RefundTooLarge):
                refund(partly_paid, **asked)
            db.session.rollback()
        with pytest.raises(refunds.NothingToRefund):
            refund(partly_paid)
        db.session.rollback()
        assert (state(partly_paid), audited("order_refunded")) == ("partly paid", 0)


def test_what_was_paid_goes_back_in_parts_each_once_and_never_beyond(app, partly_paid):
    with app.app_context():
        assert refund(partly_paid, 1500, key="back")
        assert refund(partly_paid, 1500, key="back") is None
        assert state(partly_paid) == "partly refunded"
        with pytest.raises(refunds.RefundTooLarge, match="the amount left to refund"):
            refund(partly_paid, 501)
        db.session.rollback()
        refund(partly_paid, 500)
        # All that was paid was refunded, and 15.00 of the order are still owed.
        assert (state(partly_paid), oracle.read_order(partly_paid).outstanding) == ("partly refunded", 1500)
        oracle.check_money(oracle.read_order(partly_paid))
    told = [(one["amount"], one["currency"], one["units"]) for one in details(app, "order_refunded")]
    assert told == [(1500, "EUR", 0), (500, "EUR", 0)]


def test_the_units_of_a_line_come_to_what_it_cost_in_whatever_portions(app):
    order_id = factories.create_order(app, (factories.make_variant(app), 3), discount=1000, shipping=500)
    [line] = factories.get_line_ids(app, order_id)
    with app.app_context():
        pay(order_id, 2500)
        values = []
        for _ in range(3):
            asked = refunds.quote_refund(queries.find_locked(order_id), {line: 1}, 0)
            values.append(asked.amount)
            refund(order_id, asked.amount, lines={line: (1, True)})
        assert values == [667, 667, 666]
        assert refunds.quote_refund(queries.find_locked(order_id), {}, 500) == refunds.RefundQuote(500, 500)
        with pytest.raises(refunds.RefundTooLarge, match="Mug: 0 left to refund"):
            refunds.quote_refund(queries.find_locked(order_id), {line: 1}, 0)
        refund(order_id, 500, shipping=500)
        assert state(order_id) == "refunded"


def test_tax_on_top_goes_back_with_the_goods_and_the_shipping(app):
    with app.app_context():
        shop = settings_of.get_locked_store()
        shop.prices_include_tax, shop.tax_rate = False, 1900
        db.session.commit()
    order_id = factories.create_order(app, (factories.make_variant(app), 1), shipping=500)
    [line] = factories.get_line_ids(app, order_id)

    with app.app_context():
        pay(order_id, 1785)
        assert refunds.quote_refund(queries.find_locked(order_id), {line: 1}, 595) == refunds.RefundQuote(1785, 1785)
        refund(order_id, 1785, lines={line: (1, True)}, shipping=595)
        assert balance.load_balance(queries.find_locked(order_id)).due == 0


def test_goods_taken_off_an_order_that_was_not_paid_are_not_owed(app):
    order_id = factories.create_order(app, (factories.make_variant(app), 3))
    [line] = factories.get_line_ids(app, order_id)
    with app.app_context():
        refund(order_id, lines={line: (1, True)})
        assert balance.load_balance(queries.find_locked(order_id)).outstanding == 2000
        assert state(order_id) == "pending"
        refund(order_id, lines={line: (2, True)})
        assert state(order_id) == "voided"


def test_money_for_goodwill_is_owed_no_longer_and_goods_later_do_not_make_it_less_than_nothing(app):
    order_id = factories.create_order(app, (factories.make_variant(app), 1))
    [line] = factories.get_line_ids(app, order_id)
    with app.app_context():
        pay(order_id, 1000)
        refund(order_id, 200)
        assert refunds.quote_refund(queries.find_locked(order_id), {line: 1}, 0) == refunds.RefundQuote(1000, 800)
        refund(order_id, 800, lines={line: (1, True)})
        known = balance.load_balance(queries.find_locked(order_id))
        assert (known.credited, known.due, known.refundable) == (1000, 0, 0)


def test_a_cancelled_order_owes_nothing_and_gives_back_what_is_asked(app):
    variant = factories.make_variant(app)
    unpaid, paid = factories.create_order(app, (variant, 1)), factories.create_order(app, (variant, 2), shipping=500)
    with app.app_context():
        pay(paid, 2500)
        for order_id, amount in ((unpaid, 0), (paid, 1500)):
            assert cancellation.cancel_order(
                lock_order(order_id), reason="", restock=True, refund_amount=amount, actor=ACTOR
            )
        db.session.commit()
        assert (state(unpaid), state(paid)) == ("voided", "partly refunded")
        for order_id in (unpaid, paid):
            known = balance.load_balance(queries.find_locked(order_id))
            assert (known.outstanding, known.due) == (0, 0)
            with pytest.raises(payments.PaymentTooLarge):
                pay(order_id, 1)
            db.session.rollback()
        refund(paid, 1000)
        assert state(paid) == "refunded"


def test_the_timeline_says_what_was_paid_when_and_how_and_what_came_back(app, partly_paid):
    then = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    [line] = factories.get_line_ids(app, partly_paid)
    with app.app_context():
        payments.record_payment(lock_order(partly_paid), 500, "transfer", "RF18", key="later", at=then, actor=ACTOR)
        refund(partly_paid, 500, lines={line: (2, True)})

        back, paid, *_ = sorted(timeline.list_events(partly_paid), key=lambda one: one.id, reverse=True)
        assert (paid.at, paid.kind) == (then, "paid")
        assert paid.details == {"amount": 500, "method": "transfer", "reference": "RF18"}
        assert (back.kind, back.details["units"], back.details["restocked"]) == ("refunded", 2, 2)
