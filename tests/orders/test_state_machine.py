"""After any sequence of acts, allowed or not, money adds up, stock equals the ledger and states their definition.

So do the daily totals, whatever the store's time zone becomes.

Each step is one act with arguments that may or may not be allowed. Whether it must succeed is computed from the rows
alone, see oracle.py. A refused act changes nothing, and neither does the replay of a successful one.
"""

from datetime import UTC, datetime, timedelta
from operator import add
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from shop.extensions import db
from shop.orders import creation, refunds, stock
from shop.orders.models.order import Order
from shop.settings import store as settings_of
from shop.tokens import new_id
from tests import factories, results
from tests.factories import ACTOR, lock_order
from tests.orders import oracle
from tests.orders.rules import CENTS, FEW, OrderRules

FEW_EXAMPLES = 10
EXAMPLES = {"sqlite": 30, "postgresql": 8}
STEPS = 16
WAYS = ("as quoted", "a return", "money alone", "more money", "too much money")
# Clocks that change by an hour, by half an hour, and at midnight, which is skipped; with instants around midnight.
ZONES = ("UTC", "America/New_York", "Australia/Lord_Howe", "America/Santiago")
MIDNIGHTS = [
    datetime(2026, *day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for zone in ZONES
    for day in ((3, 8), (4, 5), (9, 6), (10, 4), (11, 1), (11, 2))
]
AT = st.none() | st.builds(
    add, st.sampled_from(MIDNIGHTS), st.sampled_from([timedelta(seconds=one) for one in (-1, 0)])
)


class Shop(OrderRules):
    """A shop with three variants: one with plenty of stock, one with little, one that can be sold below zero."""

    @initialize(
        rate=st.sampled_from([0, 700, 1900]),
        is_inside=st.booleans(),
        prices=st.lists(CENTS, min_size=3, max_size=3),
        zone=st.sampled_from(ZONES),
    )
    def open(self, rate, is_inside, prices, zone):
        self.orders, self.altered = [], set()
        with self.app.app_context():
            wanted = {"tax_rate": rate, "prices_include_tax": is_inside, "time_zone": zone}
            settings_of.change_settings(settings_of.get_locked_store(), wanted, actor=ACTOR)
            product = factories.add_product()
            kinds = ({"on_hand": 50}, {"on_hand": 4, "taxable": False}, {"on_hand": 2, "continue_selling": True})
            self.variants = [
                factories.add_variant(product, price=price, **kind).id
                for price, kind in zip(prices, kinds, strict=True)
            ]
            db.session.commit()
        self.customer = factories.make_customer(self.app)

    # acts

    @precondition(lambda self: len(self.orders) < 3)
    @rule(
        quantities=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=3),
        shipping=CENTS,
        discount=CENTS,
        with_customer=st.booleans(),
        at=AT,
    )
    def place(self, quantities, shipping, discount, with_customer, at):
        key = new_id()
        with self.app.app_context():
            lines = [self._line(which, quantity) for which, quantity in quantities]
            draft = factories.make_draft(
                *lines, shipping=shipping, discount=discount, customer_id=self.customer if with_customer else None
            )
            may = self._has_all([(line.variant_id, line.quantity) for line in lines])
        made = self._act(lambda: creation.create_order(draft, key=key, at=at, actor=ACTOR).id, may)
        if made:
            self.orders.append(made)
            self._again(lambda: creation.create_order(draft, key=key, at=at, actor=ACTOR).id == made)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), amount=st.integers(-1, 6000), shipping=st.integers(-1, 3000), at=AT)
    def refund(self, data, amount, shipping, at):
        """Request any refund."""
        order_id = data.draw(st.sampled_from(self.orders))
        with self.app.app_context():
            one = oracle.read_order(order_id)
            lines = {line.row.id: (data.draw(FEW), data.draw(st.booleans())) for line in one.lines}
        self._refund(one, lines, shipping, amount, at)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), shipping=CENTS, how=st.sampled_from(WAYS), at=AT)
    def give_back(self, data, shipping, how, at):
        """Request a possible refund, or a little more."""
        order_id = data.draw(st.sampled_from(self.orders))
        with self.app.app_context():
            one = oracle.read_order(order_id)
            most = one.paid - one.refunded
            units = {
                line.row.id: 0 if how == "money alone" else data.draw(st.integers(0, line.left)) for line in one.lines
            }
            shipping = 0 if how == "money alone" else min(shipping, max(0, one.shipping_left))
            quoted = refunds.quote_refund(db.session.get(Order, order_id), units, shipping)
        assert quoted.amount == min(quoted.value, most)
        amounts = {
            "as quoted": st.just(quoted.amount),
            "a return": st.just(0),
            "money alone": st.integers(0, most),
            "too much money": st.integers(most + 1, most + 1000),
        }
        amount = data.draw(amounts.get(how, st.integers(quoted.amount, most)))
        lines = {line: (number, data.draw(st.booleans())) for line, number in units.items()}
        self._refund(one, lines, shipping, amount, at)

    def _refund(self, one, lines, shipping, amount, at):
        key = new_id()
        may = (
            0 <= amount <= one.paid - one.refunded
            and 0 <= shipping <= max(0, one.shipping_left)
            and all(lines[line.row.id][0] <= line.left for line in one.lines)
            and (amount or shipping or any(units for units, _ in lines.values()))
        )
        asked = {"lines": lines, "shipping": shipping, "amount": amount, "reason": "it broke", "at": at}
        press = lambda: refunds.make_refund(lock_order(one.order.id), key=key, **asked, actor=ACTOR)  # noqa: E731
        if self._act(press, may):
            self._again(lambda: press() is None)

    @rule(zone=st.sampled_from(ZONES))
    def move(self, zone):
        self._act(
            lambda: (
                settings_of.change_settings(settings_of.get_locked_store(), {"time_zone": zone}, actor=ACTOR) or True
            ),
            True,
        )

    # invariants

    @invariant()
    def everything_adds_up(self):
        with self.app.app_context():
            if not getattr(self, "variants", None):
                return
            all_books = [oracle.read_order(order_id) for order_id in self.orders]
            for one in all_books:
                oracle.check_money(one)
                oracle.check_units(one)
                oracle.check_states(one)
                self._check_values(one)
            for variant_id in self.variants:
                oracle.check_stock(variant_id, all_books)
            oracle.check_customer(self.customer)
            oracle.check_numbers()
            oracle.check_days()
            wanted = oracle.rows("SELECT id, committed FROM variants WHERE committed <> 0")
            assert stock.count_reserved() == {row.id: row.committed for row in wanted}

    def _check_values(self, one):
        """Returned units are worth their part of the line, to a cent; and all of them the whole line."""
        for line in one.lines:
            if one.order.id not in self.altered:
                worth, gone = oracle.worth_of(line, one.order), line.row.quantity - line.left
                assert abs(line.value_back * line.row.quantity - worth * gone) <= line.row.quantity
                assert line.left or line.value_back == worth


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_done_with_orders_the_books_agree(app):
    play(app, FEW_EXAMPLES)


@pytest.mark.prove
def test_much_more_is_done_with_orders_and_the_books_agree(app, database_url):
    kind = database_url.partition(":")[0]
    machine = play(app, EXAMPLES[kind])
    results.save_figures(
        f"orders property, {kind}", examples=EXAMPLES[kind], acts=machine.acts, refused=machine.refused
    )


def play(app, examples):
    """Run so many examples. Returns the machine, with the numbers of acts and of refusals."""
    machine = type("Machine", (Shop,), {"app": app, "acts": 0, "refused": 0})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.acts > examples
    return machine
