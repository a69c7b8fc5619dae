"""The email about a shipment: sent once per form, only to the order's own address."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, literal, select

from shop.audit.entries import record
from shop.email_address import parse_email
from shop.extensions import db
from shop.orders import idempotency_keys, queries, timeline
from shop.orders.models.order import Order
from shop.orders.models.shipment import Shipment
from shop.outbox import emails
from shop.outbox.models.email import Email
from shop.web.request_info import RequestInfo

EMAIL_KIND = "order_shipped"
MOST_EMAILS = 3  # about one parcel: a customer's mailbox is not ours to fill


class TooManyEmails(Exception):
    """As many letters about a parcel as may be were posted; the message says so to people."""


@dataclass(frozen=True)
class EmailText:
    """What the letter says, as somebody approved it."""

    subject: str
    text: str


def send_email(
    shipment: Shipment, words: EmailText, *, message_id: str, key: str, by: str, visit: RequestInfo
) -> Email | None:
    """Post the letter about a parcel. Returns None where this very press was carried out before.

    Raises InvalidEmail where the order has no plain address, TooManyEmails, and LookupError where the order is gone.
    """
    order = queries.find_locked(shipment.order_id)
    if order is None:
        raise LookupError(shipment.order_id)
    if any(letter.data["press"] == idempotency_keys.normalize_key(key) for letter in list_emails(shipment.id)):
        return None
    # The timeline is counted, as the outbox forgets its letters after a while.
    told = [one for one in timeline.list_events(order.id) if one.kind == "letter posted"]
    if sum(one.details["shipment"] == shipment.id for one in told) >= MOST_EMAILS:
        raise TooManyEmails(f"{MOST_EMAILS} letters about this parcel were posted, and no more can be.")
    timeline.add_event(order.id, "letter posted", by=by, shipment=shipment.id)
    data = {"subject": words.subject, "text": words.text, "press": idempotency_keys.normalize_key(key)}
    to, ref = parse_email(order.email), _ref(shipment.id)
    letter = emails.post(EMAIL_KIND, to=to, ref=ref, message_id=message_id, data=data)
    record("letter_posted", by=by, visit=visit, order=order.number, shipment=shipment.id)
    return letter


def list_emails(shipment_id: int) -> list[Email]:
    """Return the letters about a parcel, oldest first, as long as the outbox keeps them."""
    fits = (Email.kind == EMAIL_KIND, Email.ref == _ref(shipment_id))
    return list(db.session.scalars(select(Email).where(*fits).order_by(Email.id)))


def find_order_and_shipment(letter: Email) -> tuple[Order, Shipment] | None:
    """Return what a letter is about, unless it is gone or the order has another address by now."""
    shipment = db.session.get(Shipment, int(letter.ref.rpartition(":")[2]))
    order = db.session.get(Order, shipment.order_id) if shipment else None
    return (order, shipment) if order and shipment and order.email == letter.to else None


def _ref(shipment_id: int) -> str:
    return f"shipment:{shipment_id}"


def about_customer(customer_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    refs = (
        select(literal("shipment:") + cast(Shipment.id, String))
        .join(Order, Order.id == Shipment.order_id)
        .where(Order.customer_id == customer_id)
    )
    return Email.kind == EMAIL_KIND, Email.ref.in_(refs)
