"""The connections of one worker; the last one used is taken first, so that little mail keeps few open."""

from threading import Lock
from time import monotonic

from shop.outbox.transports import MailboxTransport, SmtpTransport, new_transport

Transport = SmtpTransport | MailboxTransport


class ConnectionPool:
    """Lends a transport to one sender at a time."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.free: list[Transport] = []
        self.lent: list[Transport] = []

    def take(self) -> Transport:
        """Give a transport that nobody else uses."""
        with self.lock:
            transport = self.free.pop() if self.free else new_transport()
            self.lent.append(transport)
        return transport

    def give_back(self, transport: Transport) -> None:
        """Put a transport back."""
        with self.lock:
            self.lent.remove(transport)
            self.free.append(transport)

    def hang_up(self, *, unused_for: float = 0.0) -> None:
        """Close what nobody has used for so many seconds."""
        at = monotonic() - unused_for
        with self.lock:
            closing = [transport for transport in self.free if transport.used_at <= at]
            self.free = [transport for transport in self.free if transport.used_at > at]
        for transport in closing:
            transport.close()

    def cut(self) -> None:
        """Break off what is under way."""
        with self.lock:
            lent = list(self.lent)
        for transport in lent:
            transport.cut()
