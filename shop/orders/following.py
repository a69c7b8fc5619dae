"""Following: what becomes of the orders of a customer who is merged with another, asks for their data, or is erased."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import selectinload

from shop import money
from shop.extensions import db, rows_of
from shop.orders import states
from shop.orders.order import Order
from shop.orders.payment import Refund
from shop.orders.timeline import OrderEvent

TELLING = ("comment", "letter posted")  # kinds of events that are what somebody wrote, or to whom
REASONED = ("refunded", "cancelled")  # kinds of events with a reason in somebody's own words


def move(from_customer: int, to_customer: int) -> None:
    """Hand all orders of one customer to another, and count both anew."""
    db.session.execute(
        update(Order)
        .where(Order.customer_id == from_customer)
        .values(customer_id=to_customer)
        .execution_options(synchronize_session="fetch")
    )
    for customer_id in (from_customer, to_customer):
        states.tally(customer_id)


def dossier(customer_id: int) -> list[dict[str, Any]]:
    """Give all that the orders of a customer say, newest first, as plain values; amounts as "12.50"."""
    query = select(Order).where(Order.customer_id == customer_id).order_by(Order.id.desc())
    return [_tell(order) for order in db.session.scalars(query.options(selectinload(Order.lines)))]


def erase(customer_id: int) -> int:
    """Take a person out of their orders and keep the books: numbers, lines, amounts, days. Gives how many orders."""
    theirs = select(Order.id).where(Order.customer_id == customer_id)
    blank = {"email": "", "note": "", "billing": {}, "delivery": {}, "cancel_reason": ""}
    erased = _blank(Order, Order.id.in_(theirs), **blank, version=Order.version + 1)
    _blank(Refund, Refund.order_id.in_(theirs), reason="")
    _blank(OrderEvent, OrderEvent.order_id.in_(theirs), OrderEvent.kind.in_(TELLING), comment="", details={})
    reasoned = select(OrderEvent).where(OrderEvent.order_id.in_(theirs), OrderEvent.kind.in_(REASONED))
    for event in db.session.scalars(reasoned):
        event.details = {**event.details, "reason": ""}
    return erased


def _blank(model: type[Any], *which: ColumnElement[bool], **values: Any) -> int:
    return rows_of(
        db.session.execute(update(model).where(*which).values(**values).execution_options(synchronize_session="fetch"))
    )


def _tell(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "placed": order.placed_at.isoformat(),
        "e-mail": order.email,
        "billing address": order.billing,
        "delivery address": order.delivery,
        "note": order.note,
        "currency": order.currency,
        "lines": list(_tell_lines(order)),
        "shipping": money.plain(order.shipping, order.currency),
        "discount": money.plain(order.discount, order.currency),
        "tax": money.plain(order.tax, order.currency),
        "total": money.plain(order.total, order.currency),
        "paid": money.plain(order.paid, order.currency),
        "refunded": money.plain(order.refunded, order.currency),
        "state": [str(order.status), str(order.payment_state), str(order.fulfilment_state)],
    }


def _tell_lines(order: Order) -> Iterable[dict[str, Any]]:
    for line in order.lines:
        yield {
            "title": line.title,
            "variant": line.variant_title,
            "sku": line.sku,
            "quantity": line.quantity,
            "price": money.plain(line.price, order.currency),
        }
