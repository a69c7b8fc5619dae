"""What is stored of a mail server's fault: one printable line that never quotes a link or a code."""

import re
import smtplib
from typing import Any

from flask_mail import Message

SECRET_LIKE = re.compile(r"[/-]|[0-9]")
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")  # a part of a link, however it is quoted


def describe_fault(fault: Exception, message: Message | None = None) -> str:
    """Return a fault as one printable line of at most 300 characters, without any of the message's own text.

    A filter that refuses an email often quotes the reason: that may be the link.
    """
    if isinstance(fault, smtplib.SMTPResponseException):
        text: Any = fault.smtp_error
        text = f"{fault.smtp_code} {text.decode('ascii', 'replace') if isinstance(text, bytes) else text}"
    else:
        text = f"{type(fault).__name__}: {fault}"
    for secret in find_secrets(message):
        text = text.replace(secret, "…")
    return "".join(c if c.isprintable() else " " for c in TOKEN.sub("…", text))[:300]


def find_secrets(message: Message | None) -> list[str]:
    """Return the words of a message that may be a link or a code, longest first."""
    words = (message.body or "").split() if message else []
    return sorted({word for word in words if len(word) > 5 and SECRET_LIKE.search(word)}, key=len, reverse=True)
