"""An independent oracle: the expected totals and states of orders, computed from the tables without the shop's code."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from shop.extensions import db


@dataclass
class Line:
    """A line with what happened to its units."""

    row: Any
    shipped: int
    removed: int
    returned: int
    value_back: int

    @property
    def to_ship(self):
        return self.row.quantity - self.removed - self.shipped

    @property
    def left(self):
        return self.row.quantity - self.removed - self.returned


@dataclass
class OrderRows:
    """One order, from its rows."""

    order: Any
    lines: list[Line]
    payments: list[int]
    refunds: list[Any]

    @property
    def is_cancelled(self):
        return self.order.cancelled_at is not None

    @property
    def paid(self):
        return sum(self.payments)

    @property
    def refunded(self):
        return sum(one.amount for one in self.refunds)

    @property
    def credited(self):
        return sum(one.credit for one in self.refunds)

    @property
    def to_ship(self):
        return 0 if self.is_cancelled else sum(line.to_ship for line in self.lines)

    @property
    def shipped(self):
        return sum(line.shipped for line in self.lines)

    @property
    def outstanding(self):
        if self.is_cancelled:
            return 0
        return max(0, self.order.total - self.credited - self.paid + self.refunded)

    @property
    def shipping_left(self):
        tax = 0 if self.order.prices_include_tax else tax_of_shipping(self)
        return self.order.shipping + tax - sum(one.shipping for one in self.refunds)


def rows(statement, **values):
    return db.session.execute(text(statement), values).all()


def number(statement, **values):
    return int(db.session.execute(text(statement), values).scalar() or 0)


def read_order(order_id):
    """Return one order, from its rows."""
    [order] = rows("SELECT * FROM orders WHERE id = :id", id=order_id)
    return OrderRows(
        order,
        read_lines(order_id),
        [row.amount for row in rows("SELECT amount FROM payments WHERE order_id = :id", id=order_id)],
        rows("SELECT * FROM refunds WHERE order_id = :id", id=order_id),
    )


def read_lines(order_id):
    back = rows(
        "SELECT line_id, SUM(removed), SUM(returned), SUM(value) FROM refund_lines"
        " JOIN refunds ON refunds.id = refund_id WHERE order_id = :id GROUP BY line_id",
        id=order_id,
    )
    sent = rows(
        "SELECT line_id, SUM(units) FROM shipment_lines"
        " JOIN shipments ON shipments.id = shipment_id WHERE order_id = :id GROUP BY line_id",
        id=order_id,
    )
    sent_by_line, back_by_line = {row[0]: int(row[1]) for row in sent}, {row[0]: map(int, row[1:]) for row in back}
    lines = rows("SELECT * FROM order_lines WHERE order_id = :id ORDER BY id", id=order_id)
    return [Line(row, sent_by_line.get(row.id, 0), *back_by_line.get(row.id, (0, 0, 0))) for row in lines]


def half_up(exact):
    return floor(exact + Fraction(1, 2))


def tax_of(amount, order):
    whole = 10_000 + order.tax_rate if order.prices_include_tax else 10_000
    return half_up(Fraction(amount * order.tax_rate, whole))


def tax_of_shipping(books):
    is_taxed = any(line.row.taxable and line.row.quantity for line in books.lines)
    return tax_of(books.order.shipping, books.order) if is_taxed else 0


def worth_of(line, order):
    worth = line.row.price * line.row.quantity - line.row.discount
    return worth if order.prices_include_tax else worth + line.row.tax


def payment_state(books):
    net = books.paid - books.refunded
    due = books.order.total - books.credited
    if books.paid and not net and not books.outstanding:
        return "refunded"
    if books.refunded:
        return "partly refunded"
    if not books.paid and (books.is_cancelled or (books.credited and not due)):
        return "voided"
    if not books.outstanding:
        return "paid"
    return "partly paid" if books.paid else "pending"


def fulfilment_state(books):
    states = {(True, True): "partial", (True, False): "unfulfilled", (False, True): "fulfilled"}
    return states.get((books.to_ship > 0, books.shipped > 0), "restocked")


def status(books):
    return "cancelled" if books.is_cancelled else "archived" if books.order.archived_at else "open"


def check_money(books):
    """Check the money: lines, discount, tax and shipping, payments and refunds."""
    order, lines = books.order, books.lines
    subtotal = sum(line.row.price * line.row.quantity for line in lines)
    tax = sum(line.row.tax for line in lines) + tax_of_shipping(books)
    assert order.subtotal == subtotal
    assert order.discount == sum(line.row.discount for line in lines) <= subtotal
    for line in lines:
        left = line.row.price * line.row.quantity - line.row.discount
        assert left >= 0
        assert line.row.tax == (tax_of(left, order) if line.row.taxable else 0)
    assert order.tax == tax
    assert order.total == subtotal - order.discount + order.shipping + (0 if order.prices_include_tax else tax)
    assert (order.paid, order.refunded, order.credited) == (books.paid, books.refunded, books.credited)
    assert 0 <= books.refunded <= books.paid
    assert 0 <= books.credited <= order.total
    assert books.shipping_left >= 0


def check_units(books):
    """Check the units: none shipped, removed or returned beyond the order, and shipments agree with the ledger."""
    order = books.order
    assert order.units == sum(line.row.quantity for line in books.lines)
    for line in books.lines:
        assert min(line.shipped, line.removed, line.returned, line.value_back) >= 0
        assert line.removed + line.shipped <= line.row.quantity
        assert line.returned <= line.shipped
    moved = {
        row.reason: int(row.units)
        for row in rows(
            "SELECT reason, SUM(delta) AS units FROM stock_movements WHERE order_id = :id GROUP BY reason", id=order.id
        )
    }
    restocked = number(
        "SELECT SUM(returned) FROM refund_lines JOIN refunds ON refunds.id = refund_id"
        " WHERE order_id = :id AND is_restocked",
        id=order.id,
    )
    assert -moved.get("sold", 0) == sum(line.shipped for line in books.lines if line.row.variant_id)
    assert moved.get("returned", 0) == restocked


def check_states(books):
    """Check the cached states against their definition."""
    order = books.order
    assert order.status == status(books)
    assert order.payment_state == payment_state(books)
    assert order.fulfilment_state == fulfilment_state(books)
    assert bool(order.is_to_ship) == (books.to_ship > 0)
    assert bool(order.is_to_pay) == (books.outstanding > 0)


def check_stock(variant_id, all_books):
    """Check the stock: on hand is the ledger's sum, committed the sum of what orders still need."""
    [shelf] = rows(
        "SELECT v.*, p.available AS shown,"
        " (SELECT SUM(available) FROM variants WHERE product_id = p.id) AS in_all,"
        " (SELECT SUM(delta) FROM stock_movements WHERE variant_id = v.id) AS moved,"
        " (SELECT total FROM stock_movements WHERE variant_id = v.id ORDER BY id DESC LIMIT 1) AS last"
        " FROM variants v JOIN products p ON p.id = v.product_id WHERE v.id = :id",
        id=variant_id,
    )
    wanted = sum(
        line.to_ship
        for books in all_books
        for line in books.lines
        if line.row.variant_id == variant_id and not books.is_cancelled
    )
    assert shelf.on_hand == (shelf.moved or 0) == (shelf.last or 0)
    assert shelf.committed == wanted
    assert shelf.available == shelf.on_hand - wanted
    assert shelf.shown == shelf.in_all
    assert shelf.continue_selling or shelf.on_hand >= 0


def check_customer(customer_id):
    """Check a customer's figures against their orders."""
    [customer] = rows("SELECT * FROM customers WHERE id = :id", id=customer_id)
    theirs = "FROM orders WHERE customer_id = :id"
    assert customer.orders == number(f"SELECT COUNT(*) {theirs}", id=customer_id)
    assert customer.spent == number(f"SELECT SUM(paid - refunded) {theirs}", id=customer_id)
    [newest] = rows(f"SELECT MAX(placed_at) {theirs}", id=customer_id)
    assert customer.last_order_at == newest[0]
    spent = rows(f"SELECT currency, SUM(paid - refunded) {theirs} GROUP BY currency", id=customer_id)
    kept = customer.spent_by_currency
    kept = json.loads(kept) if isinstance(kept, str) else kept  # SQLite returns the text
    assert kept == {currency: int(amount) for currency, amount in spent}


def check_numbers():
    """Check that order numbers are consecutive and unique."""
    found = [row.number for row in rows("SELECT number FROM orders ORDER BY number")]
    assert found == list(range(1001, 1001 + len(found)))
    assert number("SELECT last_order_number FROM store") in (0, 1000 + len(found))


def check_days():
    """Check each day's totals against its orders and refunds, by the store's time zone."""
    [zone] = [row.time_zone for row in rows("SELECT time_zone FROM store")] or ["UTC"]
    reckoned = defaultdict(lambda: [0, 0, 0])
    for row in rows("SELECT placed_at, currency, total FROM orders WHERE cancelled_at IS NULL"):
        _add(reckoned[day_of(row.placed_at, zone), row.currency], 1, row.total, 0)
    refunds = "SELECT at, currency, credit FROM refunds JOIN orders ON orders.id = order_id WHERE cancelled_at IS NULL"
    for row in rows(refunds):
        _add(reckoned[day_of(row.at, zone), row.currency], 0, 0, row.credit)
    found = rows("SELECT * FROM sales_days WHERE orders <> 0 OR totals <> 0 OR returns <> 0")
    kept = {(str(row.day), row.currency): [row.orders, row.totals, row.returns] for row in found}
    assert kept == {key: sums for key, sums in reckoned.items() if any(sums)}


def day_of(at, zone):
    """Return an instant's date; SQLite returns the instant as text, in UTC."""
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at
    return str(instant.astimezone(ZoneInfo(zone)).date())


def _add(sums, *more):
    sums[:] = [one + other for one, other in zip(sums, more, strict=True)]
