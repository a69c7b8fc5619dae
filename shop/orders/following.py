"""Following: what becomes of the orders of a customer who is merged with another, asks for their data, or is erased."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import selectinload

from shop import money
from shop.extensions import db
from shop.orders import states
from shop.orders.order import Order
from shop.orders.payment import Payment, Refund
from shop.orders.shipment import Shipment
from shop.orders.timeline import OrderEvent
from shop.transactions import affected_rows

TELLING = ("comment", "letter posted")  # kinds of events that are what somebody wrote, or to whom
# What events of a kind say in somebody's own words, or by which a bank or a carrier knows a person.
POINTING = {"refunded": "reason", "cancelled": "reason", "paid": "reference", "shipped": "tracking"}


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
    whole = query.options(selectinload(Order.lines), selectinload(Order.tag_rows))
    payments, refunds, shipments = (
        _by_order(model, customer_id, with_lines=model is not Payment) for model in (Payment, Refund, Shipment)
    )
    comments = _by_order(OrderEvent, customer_id, OrderEvent.kind == "comment")
    return [
        {
            **_tell(order),
            "payments": [_tell_payment(one, order.currency) for one in payments[order.id]],
            "refunds": [_tell_refund(one, order) for one in refunds[order.id]],
            "parcels": [_tell_parcel(one, order) for one in shipments[order.id]],
            "comments": [{"at": _time(one.at), "text": one.comment} for one in comments[order.id]],
        }
        for order in db.session.scalars(whole)
    ]


def erase(customer_id: int) -> int:
    """Take a person out of their orders and keep the books: numbers, lines, amounts, days. Gives how many orders."""
    theirs = select(Order.id).where(Order.customer_id == customer_id)
    blank = {"email": "", "note": "", "billing": {}, "delivery": {}, "cancel_reason": ""}
    erased = _blank(Order, Order.id.in_(theirs), **blank, version=Order.version + 1)
    _blank(Refund, Refund.order_id.in_(theirs), reason="")
    _blank(Payment, Payment.order_id.in_(theirs), reference="")
    _blank(Shipment, Shipment.order_id.in_(theirs), tracking="", tracking_url="")
    _blank(OrderEvent, OrderEvent.order_id.in_(theirs), OrderEvent.kind.in_(TELLING), comment="", details={})
    pointing = select(OrderEvent).where(OrderEvent.order_id.in_(theirs), OrderEvent.kind.in_(POINTING))
    for event in db.session.scalars(pointing):
        event.details = {**event.details, POINTING[event.kind]: ""}
    return erased


def _blank(model: type[Any], *which: ColumnElement[bool], **values: Any) -> int:
    return affected_rows(
        db.session.execute(update(model).where(*which).values(**values).execution_options(synchronize_session="fetch"))
    )


def _by_order(
    model: type[Any], customer_id: int, *which: ColumnElement[bool], with_lines: bool = False
) -> dict[int, list[Any]]:
    theirs = select(Order.id).where(Order.customer_id == customer_id)
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(model).where(model.order_id.in_(theirs), *which).order_by(model.id)
    for row in db.session.scalars(query.options(selectinload(model.lines)) if with_lines else query):
        found[row.order_id].append(row)
    return found


def _tell(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "placed": order.placed_at.isoformat(),
        "e-mail": order.email,
        "billing address": order.billing,
        "delivery address": order.delivery,
        "note": order.note,
        "tags": order.tags,
        "shipping method": order.shipping_method,
        "discount code": order.discount_code,
        "cancelled": _time(order.cancelled_at),
        "cancel reason": order.cancel_reason,
        "currency": order.currency,
        "lines": list(_tell_lines(order)),
        "prices include tax": order.prices_include_tax,
        "tax rate in percent": f"{order.tax_rate / 100:.2f}",
        "subtotal": money.format_plain(order.subtotal, order.currency),
        "shipping": money.format_plain(order.shipping, order.currency),
        "discount": money.format_plain(order.discount, order.currency),
        "tax": money.format_plain(order.tax, order.currency),
        "total": money.format_plain(order.total, order.currency),
        "paid": money.format_plain(order.paid, order.currency),
        "refunded": money.format_plain(order.refunded, order.currency),
        "archived": _time(order.archived_at),
        "state": [str(order.status), str(order.payment_state), str(order.fulfilment_state)],
    }


def _tell_lines(order: Order) -> Iterable[dict[str, Any]]:
    for line in order.lines:
        yield {
            "title": line.title,
            "variant": line.variant_title,
            "sku": line.sku,
            "quantity": line.quantity,
            "price": money.format_plain(line.price, order.currency),
            "discount": money.format_plain(line.discount, order.currency),
            "tax": money.format_plain(line.tax, order.currency),
        }


def _tell_payment(payment: Payment, currency: str) -> dict[str, Any]:
    amount = money.format_plain(payment.amount, currency)
    return {"at": _time(payment.at), "amount": amount, "method": payment.method, "reference": payment.reference}


def _tell_refund(refund: Refund, order: Order) -> dict[str, Any]:
    titles = {line.id: line.title for line in order.lines}
    return {
        "at": _time(refund.at),
        "amount": money.format_plain(refund.amount, order.currency),
        "shipping": money.format_plain(refund.shipping, order.currency),
        "reason": refund.reason,
        "lines": [
            {
                "title": titles[line.line_id],
                "taken off": line.removed,
                "returned": line.returned,
                "worth": money.format_plain(line.value, order.currency),
            }
            for line in refund.lines
        ],
    }


def _tell_parcel(shipment: Shipment, order: Order) -> dict[str, Any]:
    titles = {line.id: line.title for line in order.lines}
    return {
        "at": _time(shipment.at),
        "carrier": shipment.carrier,
        "tracking": shipment.tracking,
        "tracking page": shipment.tracking_url,
        "lines": [{"title": titles[line.line_id], "quantity": line.units} for line in shipment.lines],
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
