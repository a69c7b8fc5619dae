"""The clock of a test: the only test double."""

from datetime import datetime, timedelta


class FrozenClock:
    """Stands still from its first use, and is moved from there: clock(minutes=5).

    So a test can say what happens in the last second of a minute, however busy the machine is. Added to the real time
    in place of a number of seconds.
    """

    def __init__(self) -> None:
        self.began: datetime | None = None
        self.moved = timedelta()

    def __call__(self, **by: float) -> None:
        self.moved = timedelta(**by)

    def set(self, at: datetime) -> None:
        """Set it to a moment, from which it is moved."""
        self.began, self.moved = at, timedelta()

    def __radd__(self, real: datetime) -> datetime:
        self.began = self.began or real
        return self.began + self.moved
