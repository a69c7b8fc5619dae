"""A connection to PostgreSQL that gives up on a silent server."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

import psycopg
from psycopg import errors

from shop.database.host_lookup import resolve_host

# TCP settings of the operating system: a lost peer is noticed after about 25 seconds, even without a timeout.
TCP = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}
SILENCE = 11.0  # seconds without an answer, after which a connection without a timeout probes the server


class TimedConnection(psycopg.Connection[Any]):
    """A connection with a timeout for each answer.

    A stopped server cannot say so, and TCP does not notice if only the process is suspended. `is_limited`: the
    connection belongs to a page. `seconds`: the timeout of an answer, None for none. A wait longer than SILENCE probes
    from time to time whether the server still accepts connections.
    """

    is_limited = False
    seconds: float | None = None
    way: Mapping[str, Any] = {}  # the settings that it was opened with

    @classmethod
    def made(cls, *args: Any, is_limited: bool, **way: Any) -> "TimedConnection":
        """Connect to the server. Raises OperationalError."""
        known = resolve_host(way, seconds=way["connect_timeout"]) if "connect_timeout" in way else way
        connection = cls.connect(*args, **known)
        connection.is_limited, connection.way = is_limited, known
        return connection

    def rollback(self) -> None:
        """Roll back, unless the connection is lost, and with it its transaction."""
        if not self.closed:
            super().rollback()

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as the driver does. Without an answer in time, close the connection and raise OperationalError."""
        seconds = self.seconds if timeout is None else timeout
        try:
            return super().wait(self._asking(gen) if not seconds or seconds > SILENCE else gen, interval, seconds)
        except errors._WaitTimeout:
            self.pgconn.finish()  # a late answer must not reach the next statement
            raise psycopg.OperationalError("the server does not answer") from None

    def _asking(self, gen: Any) -> Any:
        """Let the driver wait only as long as the server accepts connections."""
        since = monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    since = monotonic()
                elif monotonic() - since > SILENCE:
                    self._ask()
                    since = monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _ask(self) -> None:
        try:
            psycopg.connect(**self.way).close()
        except errors.ConnectionTimeout:
            raise errors._WaitTimeout from None
        except psycopg.Error:
            return  # it answered, even if it refused
