"""The email about a shipment: sent once per form, only to the order's own address."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, cast, literal, select

from shop.audit.entries import record
from shop.email_address import parse_email
from shop.extensions import db
from shop.orders import idempotency_keys, queries, timeline
from shop.orders.models.order import Order
from shop.orders.models.shipment import Shipment
from shop.outbox import emails
from shop.outbox.models.email import Email
from shop.web.actor import Actor

EMAIL_KIND = "order_shipped"
MOST_EMAILS = 3  # about one shipment, so that nobody fills a customer's mailbox


class TooManyEmails(Exception):
    """The limit of emails about a shipment is reached; pages show the message."""


@dataclass(frozen=True)
class EmailText:
    """What the email says, as someone approved it."""

    subject: str
    text: str


def send_email(shipment: Shipment, words: EmailText, *, message_id: str, key: str, actor: Actor) -> Email | None:
    """Post the email about a shipment. Returns None for a replay of the same idempotency key.

    Raises InvalidEmail where the order has no valid address, TooManyEmails, and LookupError where the order is gone.
    """
    order = queries.find_locked(shipment.order_id)
    if order is None:
        raise LookupError(shipment.order_id)
    if any(letter.data["press"] == idempotency_keys.normalize_key(key) for letter in list_emails(shipment.id)):
        return None
    # The timeline is counted, as the outbox keeps its emails only for a while.
    told = [one for one in timeline.list_events(order.id) if one.kind == "letter posted"]  # not marked: stored
    if sum(one.details["shipment"] == shipment.id for one in told) >= MOST_EMAILS:
        raise TooManyEmails(
            _(
                "%(number)s emails about this shipment have already been sent, which is the maximum.",
                number=MOST_EMAILS,
            )
        )
    timeline.add_event(order.id, "letter posted", by=actor.name, shipment=shipment.id)  # not marked: stored
    data = {"subject": words.subject, "text": words.text, "press": idempotency_keys.normalize_key(key)}
    to, ref = parse_email(order.email), _ref(shipment.id)
    letter = emails.post(EMAIL_KIND, to=to, ref=ref, message_id=message_id, data=data)
    record("letter_posted", actor=actor, order=order.number, shipment=shipment.id)
    return letter


def list_emails(shipment_id: int) -> list[Email]:
    """Return the emails about a shipment, oldest first, as long as the outbox keeps them."""
    matches = (Email.kind == EMAIL_KIND, Email.ref == _ref(shipment_id))
    return list(db.session.scalars(select(Email).where(*matches).order_by(Email.id)))


def find_order_and_shipment(letter: Email) -> tuple[Order, Shipment] | None:
    """Return the order and shipment of an email, or None where one is gone or the order now has another address."""
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
