"""Balance of an order: what is shipped, paid, refunded and due, from its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from shop import money
from shop.extensions import db
from shop.orders import totals
from shop.orders.models.order import Order, OrderLine
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund, RefundLine
from shop.orders.models.shipment import Shipment, ShipmentLine


@dataclass(frozen=True)
class LineBalance:
    """What became of the units of one line; `worth` is what the whole line cost, `credited` what of it is not owed.

    `restockable` says whether the line has stock at all: a custom item has none.
    """

    ordered: int
    shipped: int
    removed: int
    returned: int
    worth: int
    credited: int
    restockable: bool

    @property
    def to_ship(self) -> int:
        """Return the units left to ship."""
        return self.ordered - self.removed - self.shipped

    @property
    def refundable(self) -> int:
        """Return the units that can still be removed from the order, or returned."""
        return self.ordered - self.removed - self.returned

    def value_of(self, units: int) -> int:
        """Return what so many of the refundable units cost; in any portions, they add up to the line's worth."""
        left = max(0, self.worth - self.credited)
        return money.prorate(left, units, self.refundable) if units else 0


@dataclass(frozen=True)
class OrderBalance:
    """Balance of an order: of each line by its id, and of the money, in minor units."""

    lines: dict[int, LineBalance]
    total: int
    is_cancelled: bool
    paid: int
    refunded: int
    credited: int
    shipping: int
    shipping_back: int

    @property
    def to_ship(self) -> int:
        """Return the units left to ship: none of a cancelled order."""
        return 0 if self.is_cancelled else sum(line.to_ship for line in self.lines.values())

    @property
    def shipped(self) -> int:
        """Return the units that were shipped, whether or not they were returned."""
        return sum(line.shipped for line in self.lines.values())

    @property
    def away(self) -> int:
        """Return the units that were shipped and not returned."""
        return sum(line.shipped - line.returned for line in self.lines.values())

    @property
    def shipping_left(self) -> int:
        """Return the shipping that can still be refunded, with the tax that was added to it."""
        return max(0, self.shipping - self.shipping_back)

    @property
    def due(self) -> int:
        """Return what the customer owes in total, paid or not."""
        return self.total - self.credited

    @property
    def refundable(self) -> int:
        """Return the money that can be refunded."""
        return self.paid - self.refunded

    @property
    def outstanding(self) -> int:
        """Return the balance due: nothing for a cancelled order."""
        return 0 if self.is_cancelled else max(0, self.due - self.refundable)

    @property
    def overpaid(self) -> int:
        """Return what was paid beyond what is owed, as after an edit lowered the total."""
        return max(0, self.refundable - self.due)


def load_balance(order: Order) -> OrderBalance:
    """Return the balance of an order."""
    return load_balances([order])[order.id]


def load_balances(orders: Sequence[Order]) -> dict[int, OrderBalance]:
    """Return the balances of orders, by id, in as many statements as for one."""
    ids = [order.id for order in orders]
    shipped = _sums(
        select(ShipmentLine.line_id, func.sum(ShipmentLine.units)).join(Shipment), Shipment.order_id.in_(ids)
    )
    back = _sums(
        select(
            RefundLine.line_id, func.sum(RefundLine.removed), func.sum(RefundLine.returned), func.sum(RefundLine.value)
        ).join(Refund),
        Refund.order_id.in_(ids),
    )
    paid = _sums(select(Payment.order_id, func.sum(Payment.amount)), Payment.order_id.in_(ids))
    refunded = _sums(
        select(Refund.order_id, func.sum(Refund.amount), func.sum(Refund.credit), func.sum(Refund.shipping)),
        Refund.order_id.in_(ids),
    )
    return {
        order.id: _facts(
            order,
            {
                line.id: _line_facts(order, line, shipped.get(line.id, [0]), back.get(line.id, [0, 0, 0]))
                for line in order.lines
            },
            paid.get(order.id, [0]),
            refunded.get(order.id, [0, 0, 0]),
        )
        for order in orders
    }


def _sums(query: Select[*tuple[Any, ...]], which: ColumnElement[bool]) -> dict[int, list[int]]:
    key = query.selected_columns[0]
    # PostgreSQL sums whole numbers up as decimals.
    return {row[0]: [int(one) for one in row[1:]] for row in db.session.execute(query.where(which).group_by(key))}


def _line_facts(order: Order, line: OrderLine, shipped: list[int], back: list[int]) -> LineBalance:
    removed, returned, credited = back
    return LineBalance(
        ordered=line.quantity,
        shipped=shipped[0],
        removed=removed,
        returned=returned,
        worth=totals.line_worth(line, prices_include_tax=order.prices_include_tax),
        credited=credited,
        restockable=line.variant_id is not None,
    )


def _facts(order: Order, lines: dict[int, LineBalance], paid: list[int], back: list[int]) -> OrderBalance:
    refunded, credited, shipping_back = back
    shipping_tax = 0 if order.prices_include_tax else order.tax - sum(line.tax for line in order.lines)
    return OrderBalance(
        lines=lines,
        total=order.total,
        is_cancelled=order.cancelled_at is not None,
        paid=paid[0],
        refunded=refunded,
        credited=credited,
        shipping=order.shipping + shipping_tax,
        shipping_back=shipping_back,
    )
