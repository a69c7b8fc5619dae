"""A connection to the mail server with timeouts everywhere; STARTTLS is never stripped, certificates are checked."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Mail

STEP_TIMEOUT = 10.0  # seconds for one response of the server
VERDICT_TIMEOUT = 30.0  # seconds for its response to a whole email, which many servers scan before they accept it
OPENING_TIMEOUT = 20.0  # seconds for opening the connection
EMAIL_TIMEOUT = 40.0  # seconds for a whole email
END_OF_EMAIL = b"\r\n.\r\n"


class CancellableSMTP(smtplib.SMTP):
    """An SMTP connection that can be cut from another thread, even during a TLS handshake.

    smtplib limits each read, so a server that sends a byte every few seconds would hold it for hours. A handshake
    detaches the socket it was given; the duplicate kept here still reaches the connection.
    """

    def __init__(self, *, tls: ssl.SSLContext | None, server: str, local_hostname: str) -> None:
        self.tls = tls
        self.twin: socket.socket | None = None
        self.is_cut = False
        self.is_all_sent = False
        super().__init__(local_hostname=local_hostname, timeout=STEP_TIMEOUT)
        self._host = server  # starttls() compares the certificate with it; only smtplib's own constructor sets it

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        self.twin = plain.dup()
        if self.is_cut:  # during the DNS look-up, when there was no socket to cut yet
            plain.close()
            raise TimeoutError("it took too long to connect")  # not marked: stored
        return self.tls.wrap_socket(plain, server_hostname=host) if self.tls else plain

    def send(self, s: Any) -> None:
        """Send, and note when the last byte of an email is out: from then on the server may have accepted it."""
        super().send(s)
        if isinstance(s, bytes) and s.endswith(END_OF_EMAIL) and self.sock:
            self.is_all_sent = True
            self.sock.settimeout(VERDICT_TIMEOUT)

    def begin_letter(self) -> None:
        """Expect quick responses again; the connection must be open."""
        assert self.sock
        self.is_all_sent = False
        self.sock.settimeout(STEP_TIMEOUT)

    def cut(self) -> None:
        """Cut the connection; a thread that waits for it gets an error immediately."""
        self.is_cut = True
        if twin := self.twin:
            with suppress(OSError):
                twin.shutdown(socket.SHUT_RDWR)

    def leave(self) -> None:
        """Send QUIT without waiting for the response, and close."""
        with suppress(smtplib.SMTPException, OSError):
            self.putcmd("quit")
        self.close()

    def close(self) -> None:
        with suppress(OSError):
            super().close()
        if twin := self.twin:
            self.twin = None
            twin.close()


def open_connection(host: CancellableSMTP, settings: Mail, tls: ssl.SSLContext | None) -> None:
    """Connect, greet, start TLS and log in, as the settings say. Raises SMTPException, OSError or ValueError."""
    code, text = host.connect(settings.server, settings.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    host.ehlo_or_helo_if_needed()
    if settings.use_tls and not settings.use_ssl:
        host.starttls(context=tls)  # raises if the server does not offer it
        host.ehlo_or_helo_if_needed()
    if settings.username:
        if not isinstance(host.sock, ssl.SSLSocket):
            raise smtplib.SMTPNotSupportedError("the password is not sent without TLS")  # not marked: stored
        host.login(settings.username, settings.password or "")


def ehlo_name() -> str:
    """Return our name for the greeting; looking up the machine's own may block on DNS."""
    name = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    try:
        return f"[{IPv4Address(name)}]"  # RFC 5321, 4.1.3; PUBLIC_URL allows no IPv6 address
    except ValueError:
        return name


@contextmanager
def cut_after(seconds: float, host: CancellableSMTP) -> Iterator[None]:
    """Cut the connection if the block takes longer."""
    timer = threading.Timer(seconds, host.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
