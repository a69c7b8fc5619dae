"""Rules for orders and stock of the machine in test_state_machine.py, which creates orders and refunds money."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shop.orders import cancellation, edits, payments, shipments
from shop.orders.archive import archive_orders, unarchive_orders
from shop.stock import ledger
from shop.stock.models.movement import Reason
from shop.tokens import new_id
from shop.web.request_info import NO_REQUEST
from tests.factories import ACTOR, lock_order
from tests.orders import oracle
from tests.orders.state_machine import OrderMachine

FEW = st.integers(0, 4)
CENTS = st.integers(0, 3000)


class OrderRules(OrderMachine):
    """Rules for existing orders."""

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), amount=st.integers(0, 6000), more=st.sampled_from([None, None, 0, 0, 1]))
    def pay(self, data, amount, more):
        order_id = data.draw(st.sampled_from(self.orders))
        key = new_id()
        with self.app.app_context():
            outstanding = oracle.read_order(order_id).outstanding
        amount = amount if more is None else outstanding + more
        press = lambda: payments.record_payment(lock_order(order_id), amount, "cash", "", key=key, actor=ACTOR)  # noqa: E731
        if self._act(press, 1 <= amount <= outstanding):
            self._again(lambda: press() is False)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), everything=st.booleans())
    def ship(self, data, everything):
        order_id = data.draw(st.sampled_from(self.orders))
        key = new_id()
        with self.app.app_context():
            one = oracle.read_order(order_id)
            units = {line.row.id: line.to_ship if everything else data.draw(FEW) for line in one.lines}
            may = (
                any(units.values())
                and not one.is_cancelled
                and all(units[line.row.id] <= line.to_ship for line in one.lines)
                and self._are_there([(line.row.variant_id, units[line.row.id]) for line in one.lines])
            )
        words = {"carrier": "", "tracking": "", "tracking_url": ""}
        press = lambda: shipments.record_shipment(lock_order(order_id), units, key=key, **words, actor=ACTOR)  # noqa: E731
        if self._act(press, may):
            self._again(lambda: press() is None)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), restock=st.booleans(), amount=st.integers(0, 3000), everything=st.booleans())
    def cancel(self, data, restock, amount, everything):
        order_id = data.draw(st.sampled_from(self.orders))
        with self.app.app_context():
            one = oracle.read_order(order_id)
            most = one.paid - one.refunded
        amount = most if everything else amount
        may = one.is_cancelled or (amount <= most and all(line.shipped == line.returned for line in one.lines))
        asked = {"reason": "changed their mind", "restock": restock, "refund_amount": amount}
        press = lambda: cancellation.cancel_order(lock_order(order_id), **asked, actor=ACTOR)  # noqa: E731
        if self._act(press, may):
            self._again(lambda: press() is False)

    @precondition(lambda self: self.orders)
    @rule(
        data=st.data(),
        shipping=CENTS,
        discount=CENTS,
        added=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), max_size=1),
    )
    def alter(self, data, shipping, discount, added):
        order_id = data.draw(st.sampled_from(self.orders))
        with self.app.app_context():
            one = oracle.read_order(order_id)
            quantities = {line.row.id: data.draw(st.integers(0, 5)) for line in one.lines if data.draw(st.booleans())}
            new = [self._line(which, quantity) for which, quantity in added]
            moves = [
                (line.row.variant_id, quantities.get(line.row.id, line.row.quantity) - line.row.quantity)
                for line in one.lines
            ]
            kept = [quantities.get(line.row.id, line.row.quantity) for line in one.lines]
            may = (
                not one.is_cancelled
                and any([*kept, *new])
                and all(
                    quantities.get(line.row.id, line.row.quantity) >= line.shipped + line.removed for line in one.lines
                )
                and self._has_all([*moves, *((line.variant_id, line.quantity) for line in new)])
            )
        wanted = edits.OrderEdit(quantities, shipping, "", discount, "", new)
        press = lambda: edits.edit_order(lock_order(order_id), wanted, version=one.order.version, actor=ACTOR)  # noqa: E731
        # Whether the new total covers the refunds is known only after it is computed: see the invariants.
        if self._act(press, may, or_refused=bool(one.refunds)):
            self.altered.add(order_id)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), away=st.booleans())
    def archive(self, data, away):
        order_id = data.draw(st.sampled_from(self.orders))
        verb = archive_orders if away else unarchive_orders
        self._act(lambda: verb([order_id], actor=ACTOR) or True, True)

    @rule(which=st.integers(0, 2), delta=st.sampled_from([-5, -2, -1, 1, 4]))
    def count(self, which, delta):
        with self.app.app_context():
            [shelf] = oracle.rows("SELECT on_hand FROM variants WHERE id = :id", id=self.variants[which])
        cause = ledger.Cause(by="staff", key=new_id())
        self._act(
            lambda: ledger.adjust_on_hand(self.variants[which], delta, Reason.CORRECTION, cause, visit=NO_REQUEST),
            delta > 0 or shelf.on_hand + delta >= 0,
        )
