"""A customer's orders and the emails about them as plain values.

The names of the values are a file format: they are not translated, and do not change.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from shop import money
from shop.extensions import db
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund
from shop.orders.models.shipment import Shipment
from shop.orders.shipment_emails import about_customer
from shop.outbox.models.email import Email


def export_orders(customer_id: int) -> list[dict[str, Any]]:
    """Return all that is kept about a customer's orders, newest first; amounts as "12.50"."""
    query = select(Order).where(Order.customer_id == customer_id).order_by(Order.id.desc())
    whole = query.options(selectinload(Order.lines), selectinload(Order.tag_rows))
    payments, refunds, shipments = (
        _by_order(model, customer_id, with_lines=model is not Payment) for model in (Payment, Refund, Shipment)
    )
    comments = _by_order(OrderEvent, customer_id, OrderEvent.kind == "comment")
    return [
        {
            **_order_values(order),
            "payments": [_payment_values(one, order.currency) for one in payments[order.id]],
            "refunds": [_refund_values(one, order) for one in refunds[order.id]],
            "parcels": [_shipment_values(one, order) for one in shipments[order.id]],
            "comments": [{"at": _time(one.at), "text": one.comment} for one in comments[order.id]],
        }
        for order in db.session.scalars(whole)
    ]


def _by_order(
    model: type[Any], customer_id: int, *which: ColumnElement[bool], with_lines: bool = False
) -> dict[int, list[Any]]:
    theirs = select(Order.id).where(Order.customer_id == customer_id)
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(model).where(model.order_id.in_(theirs), *which).order_by(model.id)
    for row in db.session.scalars(query.options(selectinload(model.lines)) if with_lines else query):
        found[row.order_id].append(row)
    return found


def _order_values(order: Order) -> dict[str, Any]:
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
        "lines": list(_line_values(order)),
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


def _line_values(order: Order) -> Iterable[dict[str, Any]]:
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


def _payment_values(payment: Payment, currency: str) -> dict[str, Any]:
    amount = money.format_plain(payment.amount, currency)
    return {"at": _time(payment.at), "amount": amount, "method": payment.method, "reference": payment.reference}


def _refund_values(refund: Refund, order: Order) -> dict[str, Any]:
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


def _shipment_values(shipment: Shipment, order: Order) -> dict[str, Any]:
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


def export_emails(customer_id: int) -> list[dict[str, Any]]:
    """Return the emails about a customer's orders, as long as the outbox keeps them."""
    letters = db.session.scalars(select(Email).where(*about_customer(customer_id)).order_by(Email.id))
    return [
        {
            "to": letter.to,
            "posted": letter.posted_at.isoformat(timespec="seconds"),
            "became": letter.outcome or "waiting",
            "settled": letter.settled_at.isoformat(timespec="seconds") if letter.settled_at else None,
            "fault": letter.fault,
            "subject": letter.data.get("subject", ""),
            "text": letter.data.get("text", ""),
        }
        for letter in letters
    ]
