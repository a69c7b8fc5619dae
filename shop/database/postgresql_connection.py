"""A connection to PostgreSQL that gives up on a server that is silent."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

import psycopg
from psycopg import errors

from shop.database.host_lookup import resolve_host

# The operating system's: a peer that is gone is noticed after some 25 seconds, also by those who wait for ever.
TCP = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}
SILENCE = (
    11.0  # seconds without an answer, after which a patient connection asks beside itself whether anybody is there
)


class TimedConnection(psycopg.Connection[Any]):
    """A connection that waits for each answer so long and no longer.

    A server cannot tell that it has stopped itself, and TCP does not notice where only the program stands still.
    `is_limited` says whether it is a page that waits; `seconds` is how long for each answer, for ever if None. Who
    waits for longer than SILENCE finds out now and then whether the server still takes connections.
    """

    is_limited = False
    seconds: float | None = None
    way: Mapping[str, Any] = {}  # how it was made

    @classmethod
    def made(cls, *args: Any, is_limited: bool, **way: Any) -> "TimedConnection":
        """Connect to the server. Raises OperationalError."""
        known = resolve_host(way, seconds=way["connect_timeout"]) if "connect_timeout" in way else way
        connection = cls.connect(*args, **known)
        connection.is_limited, connection.way = is_limited, known
        return connection

    def rollback(self) -> None:
        """Roll back, unless the connection is gone, and its transaction with it."""
        if not self.closed:
            super().rollback()

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as the driver does. Raises OperationalError, and is closed then, where no answer came in time."""
        seconds = self.seconds if timeout is None else timeout
        try:
            return super().wait(self._asking(gen) if not seconds or seconds > SILENCE else gen, interval, seconds)
        except errors._WaitTimeout:
            self.pgconn.finish()  # what it would still answer belongs to nobody
            raise psycopg.OperationalError("the server does not answer") from None

    def _asking(self, gen: Any) -> Any:
        """Have the driver go on waiting only for a server that is there."""
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
            return  # it answered, if only to say no
