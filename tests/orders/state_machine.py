"""The acts of the machine in test_state_machine.py, and whether the stock allows them."""

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine

from shop.extensions import db
from shop.orders import cancellation, edits, payments, refunds, shipments
from shop.orders.stock import OutOfStock
from shop.stock.ledger import StockOutOfRange
from tests import factories
from tests.orders import oracle

REFUSALS = (
    OutOfStock,
    StockOutOfRange,
    ValueError,
    payments.PaymentTooLarge,
    refunds.RefundTooLarge,
    refunds.NothingToRefund,
    shipments.NothingToShip,
    shipments.TooManyUnits,
    cancellation.UnitsShipped,
    edits.EditRefused,
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


class OrderMachine(RuleBasedStateMachine):
    """Acts on the orders and variants of one shop; `acts` and `refused` count them."""

    app = None
    acts, refused = 0, 0

    def _act(self, press, may, *, or_refused=False):
        """Carry out an act as a page does; it must succeed, or be refused and change nothing."""
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
        counted = oracle.rows("SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in TABLES))
        shelves = oracle.rows(
            "SELECT on_hand, committed, available, version FROM variants WHERE id IN (:a, :b, :c)",
            **dict(zip("abc", self.variants, strict=True)),
        )
        money = oracle.rows(
            "SELECT id, total, paid, refunded, credited, version, status FROM orders WHERE id >= :first ORDER BY id",
            first=min(self.orders, default=0),
        )
        return counted, shelves, money

    def _line(self, which, quantity):
        return (
            factories.make_line(self.variants[which], quantity)
            if which < 3
            else factories.make_free_line(quantity=quantity)
        )

    def _has_all(self, moves):
        wanted = {one: sum(by for other, by in moves if other == one) for one, _ in moves if one}
        shelves = {one: oracle.rows("SELECT * FROM variants WHERE id = :id", id=one)[0] for one in wanted}
        return all(
            by <= 0 or shelves[one].continue_selling or by <= shelves[one].available for one, by in wanted.items()
        )

    def _are_there(self, moves):
        wanted = {one: sum(by for other, by in moves if other == one) for one, _ in moves if one}
        shelves = {one: oracle.rows("SELECT * FROM variants WHERE id = :id", id=one)[0] for one in wanted}
        return all(shelves[one].continue_selling or by <= shelves[one].on_hand for one, by in wanted.items())
