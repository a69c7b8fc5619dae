"""A connection to PostgreSQL that gives up on a server that is silent."""

from typing import Any

import psycopg
from psycopg import errors

# The operating system's: a peer that is gone is noticed after some 25 seconds, also by those who wait for ever.
TCP = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}


class TimedConnection(psycopg.Connection[Any]):
    """A connection that waits for each answer so long and no longer.

    A server cannot tell that it has stopped itself, and TCP does not notice where only the program stands still.
    `is_limited` says whether it is a page that waits; `seconds` is how long for each answer, for ever if None.
    """

    is_limited = False
    seconds: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as the driver does. Raises OperationalError, and is closed then, where no answer came in time."""
        try:
            return super().wait(gen, interval, self.seconds if timeout is None else timeout)
        except errors._WaitTimeout:
            self.pgconn.finish()  # what it would still answer belongs to nobody
            raise psycopg.OperationalError("the server does not answer") from None
