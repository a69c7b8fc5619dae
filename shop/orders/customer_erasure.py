"""Erase a customer from their orders and from the emails about them; the orders are kept."""

from typing import Any

from sqlalchemy import ColumnElement, select, update

from shop import clock
from shop.extensions import db
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order
from shop.orders.models.payment import Payment
from shop.orders.models.refund import Refund
from shop.orders.models.shipment import Shipment
from shop.orders.shipment_emails import about_customer
from shop.outbox.models.email import Email
from shop.transactions import affected_rows, update_rows

# Kinds of events that hold what someone wrote, or to whom.
PERSONAL_KINDS = ("comment", "letter posted")  # not marked: stored
# Details of events that hold someone's own words, or by which a bank or a carrier knows a person.
PERSONAL_DETAILS = {"refunded": "reason", "cancelled": "reason", "paid": "reference", "shipped": "tracking"}


def erase_emails(customer_id: int) -> int:
    """Withdraw the waiting emails about a customer's orders, and blank all of them. Returns how many there are."""
    about = about_customer(customer_id)
    now = clock.now()
    waiting = update(Email).where(*about, Email.outcome.is_(None))
    ended = {"outcome": "withdrawn", "settled_at": now, "claim": None, "claimed_until": None}
    update_rows(waiting.values(**ended))
    blank = update(Email).where(*about).values(to="", data={"press": ""}, fault=None)
    return update_rows(blank)


def erase_orders(customer_id: int) -> int:
    """Erase a person from their orders; numbers, lines, amounts and days are kept. Returns how many orders."""
    theirs = select(Order.id).where(Order.customer_id == customer_id)
    blank = {"email": "", "note": "", "billing": {}, "delivery": {}, "cancel_reason": ""}
    erased = _blank(Order, Order.id.in_(theirs), **blank, version=Order.version + 1)
    _blank(Refund, Refund.order_id.in_(theirs), reason="")
    _blank(Payment, Payment.order_id.in_(theirs), reference="")
    _blank(Shipment, Shipment.order_id.in_(theirs), tracking="", tracking_url="")
    _blank(OrderEvent, OrderEvent.order_id.in_(theirs), OrderEvent.kind.in_(PERSONAL_KINDS), comment="", details={})
    pointing = select(OrderEvent).where(OrderEvent.order_id.in_(theirs), OrderEvent.kind.in_(PERSONAL_DETAILS))
    for event in db.session.scalars(pointing):
        event.details = {**event.details, PERSONAL_DETAILS[event.kind]: ""}
    return erased


def _blank(model: type[Any], *which: ColumnElement[bool], **values: Any) -> int:
    change = update(model).where(*which).values(**values)
    return affected_rows(db.session.execute(change.execution_options(synchronize_session="fetch")))
