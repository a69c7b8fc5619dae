"""Correspondence: the letters that the outbox keeps about a customer's orders."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, select, update

from shop import clock
from shop.extensions import db
from shop.orders.order import Order
from shop.orders.shipment import Shipment
from shop.orders.telling import LETTER_KIND
from shop.outbox.models.email import Email
from shop.transactions import affected_rows


def dossier(customer_id: int) -> list[dict[str, Any]]:
    """Give the letters about a customer's orders that are kept still, as plain values."""
    letters = db.session.scalars(select(Email).where(*_about(customer_id)).order_by(Email.id))
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


def erase(customer_id: int) -> int:
    """Withdraw the letters about a customer's orders that wait, and blank all of them. Gives how many there are."""
    about = _about(customer_id)
    now = clock.now()
    waiting = update(Email).where(*about, Email.outcome.is_(None))
    ended = {"outcome": "withdrawn", "settled_at": now, "claim": None, "claimed_until": None}
    db.session.execute(waiting.values(**ended).execution_options(synchronize_session=False))
    blank = update(Email).where(*about).values(to="", data={"press": ""}, fault=None)
    return affected_rows(db.session.execute(blank.execution_options(synchronize_session=False)))


def _about(customer_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    refs = (
        select(literal("shipment:") + cast(Shipment.id, String))
        .join(Order, Order.id == Shipment.order_id)
        .where(Order.customer_id == customer_id)
    )
    return Email.kind == LETTER_KIND, Email.ref.in_(refs)
