"""Single flight: calls without a timeout run in a thread of their own; concurrent callers share it, with a timeout."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

Subject = TypeVar("Subject")
Question = TypeVar("Question", bound=Thread)


class SingleFlight(Generic[Subject, Question]):
    """One call at a time about each subject; concurrent callers share it."""

    def __init__(self, question: Callable[[Subject], Question]) -> None:
        self._question = question
        self._asked: dict[Subject, Question] = {}
        self._turn = Lock()

    def ask(self, subject: Subject, *, seconds: float) -> Question:
        """Return the call after so many seconds, or sooner if it has ended."""
        with self._turn:
            asked = self._asked.get(subject)
            if asked is None or not asked.is_alive():
                asked = self._asked[subject] = self._question(subject)
                asked.start()
        asked.join(seconds)
        return asked
