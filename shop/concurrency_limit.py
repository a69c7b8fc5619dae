"""Limit how many long operations run concurrently, so that the server keeps threads for everyone else."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class ConcurrencyLimitReached(Exception):
    """The maximum number of callers is already inside."""


class ConcurrencyLimit:
    """A semaphore for so many callers in this process."""

    def __init__(self, most: int) -> None:
        self._places = BoundedSemaphore(most)

    @contextmanager
    def entered(self, *, waits: bool = False) -> Iterator[None]:
        """Hold a slot inside. Raises ConcurrencyLimitReached if there is none, unless the caller `waits` for it."""
        if not self._places.acquire(blocking=waits):
            raise ConcurrencyLimitReached
        try:
            yield
        finally:
            self._places.release()
