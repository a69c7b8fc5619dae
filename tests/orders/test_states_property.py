"""After any sequence of acts on orders, allowed or not, money adds up, stock is the ledger and states their definition.

Each step is one act with arguments that may or may not be allowed. Whether it must be is reckoned from the rows alone,
see books.py; a refused act changes nothing, and neither does the second press of one that was carried out.
"""

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shop.extensions import db
from shop.orders import altering, cancelling, paying, placing, refunding, shipping, states, tidying
from shop.orders.placing import OutOfStock
from shop.settings import store as settings_of
from shop.stock import ledger
from shop.stock.ledger import NotThere
from shop.tokens import new_id
from shop.visit import COMMAND_LINE
from tests import results, store
from tests.orders import books
from tests.store import WHO

EXAMPLES = {"sqlite": 30, "postgresql": 8}
STEPS = 16
WAYS = ("as quoted", "a return", "money alone", "more money", "too much money")
FEW = st.integers(0, 4)
CENTS = st.integers(0, 3000)
REFUSALS = (
    OutOfStock,
    NotThere,
    ValueError,
    paying.TooMuch,
    refunding.TooMuch,
    refunding.NothingToRefund,
    shipping.NothingToShip,
    shipping.TooMany,
    cancelling.Shipped,
    altering.Refused,
)
TABLES = (
    "orders",
    "order_lines",
    "payments",
    "refunds",
    "refund_lines",
    "shipments",
    "shipment_lines",
    "variants",
    "stock_movements",
    "order_events",
    "audit_entries",
)


class Shop(RuleBasedStateMachine):
    """A shop with three variants: one plenty, one scarce, one that is sold on when it is out."""

    app = None
    acts, refused = 0, 0

    @initialize(
        rate=st.sampled_from([0, 700, 1900]), is_inside=st.booleans(), prices=st.lists(CENTS, min_size=3, max_size=3)
    )
    def open(self, rate, is_inside, prices):
        self.orders, self.altered = [], set()
        with self.app.app_context():
            shop = settings_of.locked()
            shop.tax_rate, shop.prices_include_tax = rate, is_inside
            product = store.add_product()
            kinds = ({"on_hand": 50}, {"on_hand": 4, "taxable": False}, {"on_hand": 2, "continue_selling": True})
            self.variants = [
                store.add_variant(product, price=price, **kind).id for price, kind in zip(prices, kinds, strict=True)
            ]
            db.session.commit()
        self.customer = store.make_customer(self.app)

    # the acts

    @precondition(lambda self: len(self.orders) < 3)
    @rule(
        quantities=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=3),
        shipping=CENTS,
        discount=CENTS,
        with_customer=st.booleans(),
    )
    def place(self, quantities, shipping, discount, with_customer):
        key = new_id()
        with self.app.app_context():
            lines = [self._line(which, quantity) for which, quantity in quantities]
            draft = store.draft(
                *lines, shipping=shipping, discount=discount, customer_id=self.customer if with_customer else None
            )
            may = self._has_all([(line.variant_id, line.quantity) for line in lines])
        made = self._act(lambda: placing.place(draft, key=key, **WHO).id, may)
        if made:
            self.orders.append(made)
            self._again(lambda: placing.place(draft, key=key, **WHO).id == made)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), amount=st.integers(0, 6000), more=st.sampled_from([None, None, 0, 0, 1]))
    def pay(self, data, amount, more):
        order_id = data.draw(st.sampled_from(self.orders))
        key = new_id()
        with self.app.app_context():
            outstanding = books.read(order_id).outstanding
        amount = amount if more is None else outstanding + more
        press = lambda: paying.pay(order_id, amount, "cash", "", key=key, **WHO)  # noqa: E731
        if self._act(press, 1 <= amount <= outstanding):
            self._again(lambda: press() is False)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), everything=st.booleans())
    def ship(self, data, everything):
        order_id = data.draw(st.sampled_from(self.orders))
        key = new_id()
        with self.app.app_context():
            one = books.read(order_id)
            units = {line.row.id: line.to_ship if everything else data.draw(FEW) for line in one.lines}
            may = (
                any(units.values())
                and not one.is_cancelled
                and all(units[line.row.id] <= line.to_ship for line in one.lines)
                and self._are_there([(line.row.variant_id, units[line.row.id]) for line in one.lines])
            )
        words = {"carrier": "", "tracking": "", "tracking_url": ""}
        press = lambda: shipping.ship(order_id, units, key=key, **words, **WHO)  # noqa: E731
        if self._act(press, may):
            self._again(lambda: press() is None)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), amount=st.integers(-1, 6000), shipping=st.integers(-1, 3000))
    def refund(self, data, amount, shipping):
        """Ask for anything at all."""
        order_id = data.draw(st.sampled_from(self.orders))
        with self.app.app_context():
            one = books.read(order_id)
            lines = {line.row.id: (data.draw(FEW), data.draw(st.booleans())) for line in one.lines}
        self._refund(one, lines, shipping, amount)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), shipping=CENTS, how=st.sampled_from(WAYS))
    def give_back(self, data, shipping, how):
        """Ask for what can be had, or for a little more."""
        order_id = data.draw(st.sampled_from(self.orders))
        with self.app.app_context():
            one = books.read(order_id)
            most = one.paid - one.refunded
            units = {
                line.row.id: 0 if how == "money alone" else data.draw(st.integers(0, line.left)) for line in one.lines
            }
            shipping = 0 if how == "money alone" else min(shipping, max(0, one.shipping_left))
            quoted = refunding.quote(db.session.get(placing.Order, order_id), units, shipping)
        assert quoted.amount == min(quoted.value, most)
        amounts = {
            "as quoted": st.just(quoted.amount),
            "a return": st.just(0),
            "money alone": st.integers(0, most),
            "too much money": st.integers(most + 1, most + 1000),
        }
        amount = data.draw(amounts.get(how, st.integers(quoted.amount, most)))
        self._refund(
            one, {line: (number, data.draw(st.booleans())) for line, number in units.items()}, shipping, amount
        )

    def _refund(self, one, lines, shipping, amount):
        key = new_id()
        may = (
            0 <= amount <= one.paid - one.refunded
            and 0 <= shipping <= max(0, one.shipping_left)
            and all(lines[line.row.id][0] <= line.left for line in one.lines)
            and (amount or shipping or any(units for units, _ in lines.values()))
        )
        asked = {"lines": lines, "shipping": shipping, "amount": amount, "reason": "it broke"}
        press = lambda: refunding.refund(one.order.id, key=key, **asked, **WHO)  # noqa: E731
        if self._act(press, may):
            self._again(lambda: press() is None)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), restock=st.booleans(), amount=st.integers(0, 3000), everything=st.booleans())
    def cancel(self, data, restock, amount, everything):
        order_id = data.draw(st.sampled_from(self.orders))
        with self.app.app_context():
            one = books.read(order_id)
            most = one.paid - one.refunded
        amount = most if everything else amount
        may = one.is_cancelled or (amount <= most and all(line.shipped == line.returned for line in one.lines))
        asked = {"reason": "changed their mind", "restock": restock, "refund_amount": amount}
        press = lambda: cancelling.cancel(order_id, **asked, **WHO)  # noqa: E731
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
            one = books.read(order_id)
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
        wanted = altering.Alteration(quantities, shipping, "", discount, "", new)
        press = lambda: altering.alter(order_id, wanted, version=one.order.version, **WHO)  # noqa: E731
        # Whether the new total covers what was refunded is seen only when it was summed up: see the invariants.
        if self._act(press, may, or_refused=bool(one.refunds)):
            self.altered.add(order_id)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), away=st.booleans())
    def archive(self, data, away):
        order_id = data.draw(st.sampled_from(self.orders))
        verb = tidying.archive if away else tidying.unarchive
        self._act(lambda: verb([order_id], **WHO) or True, True)

    @rule(which=st.integers(0, 2), delta=st.sampled_from([-5, -2, -1, 1, 4]))
    def count(self, which, delta):
        with self.app.app_context():
            [shelf] = books.rows("SELECT on_hand FROM variants WHERE id = :id", id=self.variants[which])
        cause = ledger.Cause(by="staff", key=new_id())
        self._act(
            lambda: ledger.adjust(self.variants[which], delta, ledger.Reason.CORRECTION, cause, visit=COMMAND_LINE),
            delta > 0 or shelf.on_hand + delta >= 0,
        )

    # what always holds

    @invariant()
    def everything_adds_up(self):
        with self.app.app_context():
            if not getattr(self, "variants", None):
                return
            all_books = [books.read(order_id) for order_id in self.orders]
            for one in all_books:
                books.check_money(one)
                books.check_units(one)
                books.check_states(one)
                self._check_values(one)
            for variant_id in self.variants:
                books.check_stock(variant_id, all_books)
            books.check_customer(self.customer)
            books.check_numbers()
            wanted = books.rows("SELECT id, committed FROM variants WHERE committed <> 0")
            assert states.units_to_ship() == {row.id: row.committed for row in wanted}

    def _check_values(self, one):
        """Units that went back are worth their part of the line, to a cent; and all of them what the line cost."""
        for line in one.lines:
            if one.order.id not in self.altered:
                worth, gone = books.worth_of(line, one.order), line.row.quantity - line.left
                assert abs(line.value_back * line.row.quantity - worth * gone) <= line.row.quantity
                assert line.left or line.value_back == worth

    # how an act is carried out

    def _act(self, press, may, *, or_refused=False):
        """Carry an act out as a page does; it must go through, or be refused and change nothing."""
        type(self).acts += 1
        with self.app.app_context():
            before = self._everything()
            try:
                done = press()
                db.session.commit()
            except REFUSALS as refusal:
                db.session.rollback()
                note(f"refused: {refusal!r}")
                type(self).refused += 1
                assert not may or or_refused
                assert self._everything() == before
                return None
            assert may
            return done

    def _again(self, press):
        with self.app.app_context():
            before = self._everything()
            assert press()
            db.session.commit()
            assert self._everything() == before

    def _everything(self):
        counted = books.rows("SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in TABLES))
        shelves = books.rows(
            "SELECT on_hand, committed, available, version FROM variants WHERE id IN (:a, :b, :c)",
            **dict(zip("abc", self.variants, strict=True)),
        )
        money = books.rows(
            "SELECT id, total, paid, refunded, credited, version, status FROM orders WHERE id >= :first ORDER BY id",
            first=min(self.orders, default=0),
        )
        return counted, shelves, money

    def _line(self, which, quantity):
        return store.line_of(self.variants[which], quantity) if which < 3 else store.free_line(quantity=quantity)

    def _has_all(self, moves):
        wanted = {one: sum(by for other, by in moves if other == one) for one, _ in moves if one}
        shelves = {one: books.rows("SELECT * FROM variants WHERE id = :id", id=one)[0] for one in wanted}
        return all(
            by <= 0 or shelves[one].continue_selling or by <= shelves[one].available for one, by in wanted.items()
        )

    def _are_there(self, moves):
        wanted = {one: sum(by for other, by in moves if other == one) for one, _ in moves if one}
        shelves = {one: books.rows("SELECT * FROM variants WHERE id = :id", id=one)[0] for one in wanted}
        return all(shelves[one].continue_selling or by <= shelves[one].on_hand for one, by in wanted.items())


def test_whatever_is_done_with_orders_the_books_agree(app):
    kind = "postgresql" if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql") else "sqlite"
    machine = type("Machine", (Shop,), {"app": app, "acts": 0, "refused": 0})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[kind],
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.acts > EXAMPLES[kind]
    results.write(f"orders property, {kind}", examples=EXAMPLES[kind], acts=machine.acts, refused=machine.refused)
