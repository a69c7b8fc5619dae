"""Gate: how many may do at once what takes long, so that the server's other threads are there for everybody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class ConcurrencyLimitReached(Exception):
    """As many as may be are inside already."""


class ConcurrencyLimit:
    """A place for so many at once in this process."""

    def __init__(self, most: int) -> None:
        self._places = BoundedSemaphore(most)

    @contextmanager
    def entered(self, *, waits: bool = False) -> Iterator[None]:
        """Hold a place inside. Raises ConcurrencyLimitReached where there is none, unless one `waits` for it."""
        if not self._places.acquire(blocking=waits):
            raise ConcurrencyLimitReached
        try:
            yield
        finally:
            self._places.release()
