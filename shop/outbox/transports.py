"""Transports for emails: a reused connection to the mail server, or the mailbox page; and their faults."""

import smtplib
import ssl
from collections import deque
from dataclasses import dataclass, field
from time import monotonic

from flask import current_app
from flask_mail import Connection, Mail, Message

from shop.outbox import smtp_connection
from shop.outbox.fault_text import describe_fault
from shop.outbox.smtp_connection import CancellableSMTP, cut_after, ehlo_name, open_connection

PERMANENT = range(500, 600)
REFUSALS = range(400, 600)


class ServerUnreachable(Exception):
    """The server could not be reached, or not securely; this is independent of the email."""


class EmailDeferred(Exception):
    """The server did not accept this email now; a retry may succeed."""


class EmailUnanswered(EmailDeferred):
    """The server received the whole email and never answered; it may have accepted it."""


class EmailRejected(Exception):
    """The server will never accept this email."""


class SafeConnection(Connection):
    """Flask-Mail's connection with what it lacks: timeouts, checked certificates and a clear refusal."""

    def configure_host(self) -> smtplib.SMTP:
        settings = self.mail
        # Loading the machine's certificates costs more than the email, so it waits for a server that speaks TLS.
        tls = ssl.create_default_context() if settings.use_ssl or settings.use_tls else None
        host = CancellableSMTP(
            tls=tls if settings.use_ssl else None, server=settings.server, local_hostname=ehlo_name()
        )
        self.host = host  # from the start, so that another thread can cut it
        try:
            with cut_after(smtp_connection.OPENING_TIMEOUT, host):
                open_connection(host, settings, tls)
        except BaseException:
            host.close()
            raise
        return host


class SmtpTransport:
    """Sends emails over one connection that stays open between them; one per thread."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.connection: SafeConnection | None = None
        self.used_at = 0.0

    def reach(self) -> None:
        """Make sure that the server answers. Raises ServerUnreachable."""
        self.used_at = monotonic()
        if self._answers():
            return
        self._drop()
        self.connection = SafeConnection(self.mail)
        try:
            self.connection.__enter__()
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            self._drop()
            raise ServerUnreachable(describe_fault(fault)) from None

    def send(self, message: Message) -> None:
        """Send one message. Raises ServerUnreachable, EmailDeferred, EmailUnanswered or EmailRejected."""
        assert self.connection
        host = self._host()
        assert host
        host.begin_letter()
        try:
            with cut_after(smtp_connection.EMAIL_TIMEOUT, host):
                self.connection.send(message, envelope_from=message.sender[1])
        except smtplib.SMTPRecipientsRefused as fault:
            code, text = next(iter(fault.recipients.values()))
            self._reject(code, describe_fault(smtplib.SMTPResponseException(code, text), message))
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as fault:
            self._reject(fault.smtp_code, describe_fault(fault, message))
        except (smtplib.SMTPException, OSError) as fault:
            self._drop()
            raise (EmailUnanswered if host.is_all_sent else EmailDeferred)(describe_fault(fault, message)) from None
        except Exception as fault:
            self._drop()
            raise EmailDeferred(f"The email couldn't be sent: {type(fault).__name__}") from None  # not marked: stored

    def close(self) -> None:
        """Close the connection, with QUIT if the server still listens."""
        if host := self._host():
            host.leave()
        self.connection = None

    def cut(self) -> None:
        """Cut whatever is in progress; called from another thread."""
        if host := self._host():
            host.cut()

    def _host(self) -> CancellableSMTP | None:
        host = self.connection.host if self.connection else None
        return host if isinstance(host, CancellableSMTP) else None

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
            with cut_after(smtp_connection.STEP_TIMEOUT, host):
                return host.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _reject(self, code: int, text: str) -> None:
        if code == 421 or code not in REFUSALS:  # it hangs up, or the dialog is out of step
            self._drop()
        raise (EmailRejected if code in PERMANENT else EmailDeferred)(text) from None


@dataclass(frozen=True)
class MailboxEmail:
    """An email as the mailbox page shows it; only in this process's memory."""

    to: str
    subject: str
    text: str
    html: str
    sender: str


@dataclass
class MailboxTransport:
    """Replaces the mail server in `make run`: keeps the newest emails for the mailbox page."""

    page: str
    shown: deque[MailboxEmail] = field(default_factory=lambda: deque(maxlen=50))
    used_at: float = 0.0

    def reach(self) -> None:
        """Do nothing: there is no server."""

    def send(self, message: Message) -> None:
        """Show the email on the page, and announce it in the terminal."""
        to = str(message.recipients[0])
        sender = " ".join([message.sender[0], f"<{message.sender[1]}>"])
        self.shown.appendleft(MailboxEmail(to, message.subject, message.body or "", message.html or "", sender))
        print(f"New email for {to} in the mailbox: {self.page}", flush=True)  # not marked: printed

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def cut(self) -> None:
        """Do nothing: there is no connection."""


def new_transport() -> SmtpTransport | MailboxTransport:
    """Return the transport of the configured mail system: the mailbox page, or SMTP."""
    mailbox: MailboxTransport | None = current_app.extensions.get("mailbox")
    return mailbox or SmtpTransport(current_app.extensions["mail"])
