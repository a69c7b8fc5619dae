"""Transports: one kept connection to the mail server, or the mailbox page; and what a fault means for a letter."""

import re
import smtplib
import ssl
from collections import deque
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from flask import current_app
from flask_mail import Connection, Mail, Message

from shop.outbox import leash
from shop.outbox.leash import Leash, cut_after, greet, own_name

PERMANENT = range(500, 600)
REFUSALS = range(400, 600)
SECRET_LIKE = re.compile(r"[/-]|[0-9]")
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")  # a part of a link, however it is quoted


class NotReached(Exception):
    """The server could not be spoken to, or not safely; the letter has nothing to do with it."""


class Deferred(Exception):
    """The server did not take this letter now; it may later."""


class Unanswered(Deferred):
    """The server was given the whole letter and never answered; it may have taken it."""


class Refused(Exception):
    """The server will not take this letter, ever."""


class SafeConnection(Connection):
    """Flask-Mail's connection with what it lacks: time limits, checked certificates and a plain refusal."""

    def configure_host(self) -> smtplib.SMTP:
        settings = self.mail
        # Reading the machine's certificates costs more than the letter, so it waits for a server that speaks TLS.
        tls = ssl.create_default_context() if settings.use_ssl or settings.use_tls else None
        host = Leash(tls=tls if settings.use_ssl else None, server=settings.server, local_hostname=own_name())
        self.host = host  # from the start, so that another thread can cut it
        try:
            with cut_after(leash.OPENING, host):
                greet(host, settings, tls)
        except BaseException:
            host.close()
            raise
        return host


class SmtpTransport:
    """Sends letters over one connection that is kept between them; one per thread."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.connection: SafeConnection | None = None
        self.used_at = 0.0

    def reach(self) -> None:
        """Make sure that the server answers. Raises NotReached."""
        self.used_at = monotonic()
        if self._answers():
            return
        self._drop()
        self.connection = SafeConnection(self.mail)
        try:
            self.connection.__enter__()
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            self._drop()
            raise NotReached(describe(fault)) from None

    def send(self, message: Message) -> None:
        """Hand one message over. Raises NotReached, Deferred, Unanswered or Refused."""
        assert self.connection
        host = self._host()
        assert host
        host.begin_letter()
        try:
            with cut_after(leash.LONGEST, host):
                self.connection.send(message, envelope_from=message.sender[1])
        except smtplib.SMTPRecipientsRefused as fault:
            code, text = next(iter(fault.recipients.values()))
            self._reject(code, describe(smtplib.SMTPResponseException(code, text), message))
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as fault:
            self._reject(fault.smtp_code, describe(fault, message))
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise (Unanswered if host.is_all_sent else Deferred)(describe(fault, message)) from None
        except Exception as fault:
            self._drop()
            raise Deferred(f"It could not be sent: {type(fault).__name__}") from None

    def close(self) -> None:
        """Hang up, politely where the server still listens."""
        if host := self._host():
            host.leave()
        self.connection = None

    def cut(self) -> None:
        """Break off whatever is under way; to be called from another thread."""
        if host := self._host():
            host.cut()

    def _host(self) -> Leash | None:
        host = self.connection.host if self.connection else None
        return host if isinstance(host, Leash) else None

    def _drop(self) -> None:
        if host := self._host():
            host.close()
        self.connection = None

    def _answers(self) -> bool:
        host = self._host()
        if host is None or host.sock is None:
            return False
        try:
            host.begin_letter()
            with cut_after(leash.STEP, host):
                return host.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _reject(self, code: int, text: str) -> None:
        if code == 421 or code not in REFUSALS:  # it hangs up, or the talk is out of step
            self._drop()
        raise (Refused if code in PERMANENT else Deferred)(text) from None


@dataclass(frozen=True)
class Shown:
    """A letter as the mailbox page shows it; kept in this process's memory and nowhere else."""

    to: str
    subject: str
    text: str
    html: str
    sender: str


@dataclass
class MailboxTransport:
    """Stands for the mail server in `make run`: keeps the newest letters for the mailbox page."""

    page: str
    shown: deque[Shown] = field(default_factory=lambda: deque(maxlen=50))
    used_at: float = 0.0

    def reach(self) -> None:
        """Nothing to reach."""

    def send(self, message: Message) -> None:
        """Show the letter on the page and say so in the terminal."""
        to = str(message.recipients[0])
        sender = " ".join([message.sender[0], f"<{message.sender[1]}>"])
        self.shown.appendleft(Shown(to, message.subject, message.body or "", message.html or "", sender))
        print(f"A letter for {to} is in the mailbox: {self.page}", flush=True)

    def close(self) -> None:
        """Nothing to close."""

    def cut(self) -> None:
        """Nothing to cut."""


def new_transport() -> SmtpTransport | MailboxTransport:
    """Give the transport of the configured mail system: the mailbox page, or SMTP."""
    mailbox: MailboxTransport | None = current_app.extensions.get("mailbox")
    return mailbox or SmtpTransport(current_app.extensions["mail"])


def describe(fault: Exception, message: Message | None = None) -> str:
    """Put a fault into one printable line of at most 300 characters, with nothing in it of the message's own text.

    A filter that refuses a letter likes to quote what it did not like: that may be the link.
    """
    if isinstance(fault, smtplib.SMTPResponseException):
        text: Any = fault.smtp_error
        text = f"{fault.smtp_code} {text.decode('ascii', 'replace') if isinstance(text, bytes) else text}"
    else:
        text = f"{type(fault).__name__}: {fault}"
    for secret in telling_words(message):
        text = text.replace(secret, "…")
    return "".join(c if c.isprintable() else " " for c in TOKEN.sub("…", text))[:300]


def telling_words(message: Message | None) -> list[str]:
    """Give the words of a message that may be a link or a code, longest first."""
    words = (message.body or "").split() if message else []
    return sorted({word for word in words if len(word) > 5 and SECRET_LIKE.search(word)}, key=len, reverse=True)
