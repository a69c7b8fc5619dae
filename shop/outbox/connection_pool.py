"""The connections of one worker, last in first out, so that little mail keeps few of them open."""

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
        """Return a transport that no one else uses."""
        with self.lock:
            transport = self.free.pop() if self.free else new_transport()
            self.lent.append(transport)
        return transport

    def give_back(self, transport: Transport) -> None:
        """Return a transport to the pool."""
        with self.lock:
            self.lent.remove(transport)
            self.free.append(transport)

    def hang_up(self, *, unused_for: float = 0.0) -> None:
        """Close the transports that have been unused for so many seconds."""
        at = monotonic() - unused_for
        with self.lock:
            closing = [transport for transport in self.free if transport.used_at <= at]
            self.free = [transport for transport in self.free if transport.used_at > at]
        for transport in closing:
            transport.close()

    def cut(self) -> None:
        """Cut the connections in use."""
        with self.lock:
            lent = list(self.lent)
        for transport in lent:
            transport.cut()
