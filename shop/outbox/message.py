"""Compose a message from a folder of templates, ready to send."""

import re
from collections.abc import Callable
from email import policy
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, parseaddr
from typing import Any

from flask import current_app, render_template
from flask_mail import Message

from shop.registry import Registry
from shop.tokens import new_id

TEMPLATE_FOLDER = "mail"
# Quoted-printable is plain ASCII, so a store's name in any script passes a server without 8BITMIME.
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP
# The older policy writes headers as they are; the newer one decodes what looks like an encoded word, line ends too.
WIRE_POLICY = policy.compat32.clone(linesep="\r\n")
# Each returns the name that emails are sent under; the room of the settings registers its own.
store_names: Registry[Callable[[], str]] = Registry()


class ForeignHeader(Exception):
    """The message would contain a header that is not ours; it must not be sent."""


class OutgoingMessage(Message):
    """A message to one stored address, as Flask-Mail sends it."""

    def __init__(self, *, to: str, subject: str, text: str, html: str, message_id: str, under: str | None) -> None:
        # Flask-Mail's own __init__ looks up this machine's name in DNS for a Message-ID, which may block.
        self.recipients, self.cc, self.bcc, self.attachments = [to], [], [], []
        self.subject, self.body, self.alts = subject, text, {"html": html}
        self.sender, self.reply_to = get_sender(under), current_app.config["MAIL_REPLY_TO"]
        self.date, self.msgId, self.charset = None, message_id, "utf-8"
        self.extra_headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        self.mail_options, self.rcpt_options = [], []

    def headers(self) -> dict[str, str]:
        """Return the headers that we set."""
        reply_to = {"Reply-To": format_address(parseaddr(str(self.reply_to)))} if self.reply_to else {}
        return {
            "Subject": self.subject,
            "From": format_address((self.sender[0], self.sender[1])),
            "To": str(self.recipients[0]),
            "Date": formatdate(localtime=True),
            "Message-ID": self.msgId,
            **reply_to,
            **(self.extra_headers or {}),
        }

    def as_bytes(self) -> bytes:
        """Return the message as it is sent. Raises ForeignHeader."""
        whole = MIMEMultipart("alternative", policy=WIRE_POLICY)
        for name, value in self.headers().items():
            whole[name] = value
        for subtype, text in (("plain", self.body), ("html", self.html)):
            whole.attach(MIMEText(text or "", subtype, QUOTED_PRINTABLE, policy=WIRE_POLICY))  # type: ignore[arg-type]
        raw = whole.as_bytes()
        refuse_foreign_headers(raw, ["Content-Type", "MIME-Version", *self.headers()])
        return raw


def refuse_foreign_headers(raw: bytes, ours: list[str]) -> None:
    """Check the bytes themselves, whatever Python's mail library made of our headers. Raises ForeignHeader."""
    head = raw.partition(b"\r\n\r\n")[0]
    lines = re.split(rb"\r\n|\r|\n", head)
    names = [line.partition(b":")[0].decode("ascii", "replace") for line in lines if line[:1] not in (b" ", b"\t")]
    if sorted(names) != sorted(ours):
        raise ForeignHeader("the message has a header that is not ours")  # not marked: logged


def new_message_id() -> str:
    """Return a Message-ID for one email, the same for each delivery attempt."""
    host = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1].rpartition("@")[2]
    return f"<{new_id()}@{host if 0 < len(host) <= 90 else 'localhost'}>"


def compose_message(folder: str, *, to: str, message_id: str, under: str | None = None, **context: Any) -> Message:
    """Compose the email in `templates/mail/<folder>/`: subject.txt, body.txt and body.html.

    `to` is a stored address. `under` replaces the store's name as the sender's, as for a client's own people. The
    subject is rendered without any context: nothing that a person typed can reach it.
    """
    context["store"] = under or _store_name()
    return OutgoingMessage(
        to=to,
        subject=render_template(f"{TEMPLATE_FOLDER}/{folder}/subject.txt").strip(),
        text=render_template(f"{TEMPLATE_FOLDER}/{folder}/body.txt", **context),
        html=render_template(f"{TEMPLATE_FOLDER}/{folder}/body.html", **context),
        message_id=message_id,
        under=under,
    )


def get_sender(under: str | None) -> tuple[str, str]:
    """Return the name and address of From: the configured sender, named `under`, else its own name or the store's."""
    name, address = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    return under or name or _store_name(), address


def format_address(named: tuple[str, str]) -> str:
    """Return a name and an address for a header, on one line; the name may be in any script.

    A name that looks like an encoded word is encoded once more, so that it is shown as it is.
    """
    name, address = named
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    words = Header(name, "utf-8").encode(linesep="").strip()
    return f"{words} <{address}>"


def _store_name() -> str:
    [name] = store_names.values()
    return name()
