"""Telling the customer: the letter about a parcel, posted once a press, to the order's own address and no other."""

from dataclasses import dataclass

from sqlalchemy import select

from shop.audit.entries import record
from shop.email_address import parse_email
from shop.extensions import db
from shop.orders import order as orders
from shop.orders import timeline
from shop.orders.order import Order
from shop.orders.shipment import Shipment
from shop.outbox import emails
from shop.outbox.models.email import Email
from shop.web.request_info import RequestInfo

LETTER_KIND = "order_shipped"
MOST_LETTERS = 3  # about one parcel: a customer's mailbox is not ours to fill


class TooManyLetters(Exception):
    """As many letters about a parcel as may be were posted; the message says so to people."""


@dataclass(frozen=True)
class Words:
    """What the letter says, as somebody approved it."""

    subject: str
    text: str


def tell(shipment: Shipment, words: Words, *, message_id: str, key: str, by: str, visit: RequestInfo) -> Email | None:
    """Post the letter about a parcel. Gives None where this very press was carried out before.

    Raises InvalidEmail where the order has no plain address, TooManyLetters, and LookupError where the order is gone.
    """
    order = orders.locked(shipment.order_id)
    if order is None:
        raise LookupError(shipment.order_id)
    if any(letter.data["press"] == orders.press(key) for letter in posted(shipment.id)):
        return None
    # The timeline is counted, as the outbox forgets its letters after a while.
    told = [one for one in timeline.of(order.id) if one.kind == "letter posted"]
    if sum(one.details["shipment"] == shipment.id for one in told) >= MOST_LETTERS:
        raise TooManyLetters(f"{MOST_LETTERS} letters about this parcel were posted, and no more can be.")
    timeline.note(order.id, "letter posted", by=by, shipment=shipment.id)
    data = {"subject": words.subject, "text": words.text, "press": orders.press(key)}
    to, ref = parse_email(order.email), _ref(shipment.id)
    letter = emails.post(LETTER_KIND, to=to, ref=ref, message_id=message_id, data=data)
    record("letter_posted", by=by, visit=visit, order=order.number, shipment=shipment.id)
    return letter


def find_sent(order_id: int, key: str) -> Shipment | None:
    """Give the parcel that a press on an order's form recorded."""
    return db.session.scalar(select(Shipment).where(Shipment.key == orders.press_on(order_id, key)))


def posted(shipment_id: int) -> list[Email]:
    """Give the letters about a parcel, oldest first, as long as the outbox keeps them."""
    fits = (Email.kind == LETTER_KIND, Email.ref == _ref(shipment_id))
    return list(db.session.scalars(select(Email).where(*fits).order_by(Email.id)))


def find_told(letter: Email) -> tuple[Order, Shipment] | None:
    """Give what a letter is about, unless it is gone or the order has another address by now."""
    shipment = db.session.get(Shipment, int(letter.ref.rpartition(":")[2]))
    order = db.session.get(Order, shipment.order_id) if shipment else None
    return (order, shipment) if order and shipment and order.email == letter.to else None


def _ref(shipment_id: int) -> str:
    return f"shipment:{shipment_id}"
