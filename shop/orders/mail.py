"""The email that tells a customer of a shipment: drafted from what is known, sent as someone approved it."""

from email.header import Header

from flask import render_template
from flask_mail import Message

from shop.orders.models.order import Order
from shop.orders.models.shipment import Shipment
from shop.orders.shipment_emails import EMAIL_KIND, EmailText, find_order_and_shipment
from shop.orders.stock import line_name
from shop.outbox.emails import EmailKind, Withheld
from shop.outbox.message import TEMPLATE_FOLDER, OutgoingMessage
from shop.outbox.models.email import Email
from shop.settings import store

ENCODED_WORD = "=?"  # what a mail program would decode, even if someone typed it


def draft_email(order: Order, shipment: Shipment) -> EmailText:
    """Return a draft of the email about a shipment, for someone to review and edit."""
    number = f"{store.get_store().order_prefix}{order.number}"
    sent = {row.line_id: row.units for row in shipment.lines}
    text = render_template(
        f"{TEMPLATE_FOLDER}/{EMAIL_KIND}/body.txt",
        number=number,
        items=[(sent[line.id], line_name(line)) for line in order.lines if line.id in sent],
        shipment=shipment,
        to=order.delivery.get("name", ""),
    )
    subject = render_template(f"{TEMPLATE_FOLDER}/{EMAIL_KIND}/subject.txt").strip()
    return EmailText(subject=f"{subject} ({number})", text=text.strip())


def compose_email(letter: Email) -> Message | Withheld:
    """Return the email as it was approved, unless the order has another address by now."""
    told = find_order_and_shipment(letter)
    if told is None:
        return Withheld("the order has another e-mail address now")
    _, shipment = told
    text: str = letter.data["text"]
    html = render_template(
        f"{TEMPLATE_FOLDER}/{EMAIL_KIND}/body.html",
        subject=letter.data["subject"],
        paragraphs=[part.split("\n") for part in text.split("\n\n") if part.strip()],
        tracking_url=shipment.tracking_url,
    )
    return OutgoingMessage(
        to=letter.to,
        subject=encode_subject(letter.data["subject"]),
        text=text + "\n",
        html=html,
        message_id=letter.message_id,
        under=None,
    )


def encode_subject(subject: str) -> str:
    """Return a subject for a header; one that looks like an encoded word is encoded, so that it is shown as typed."""
    return Header(subject, "utf-8").encode(linesep="").strip() if ENCODED_WORD in subject else subject


SHIPMENT_EMAIL = EmailKind(compose_email, is_private=True)
