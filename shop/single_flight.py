"""Questions that may never be answered: each is a thread of its own, beside those who wait for it, and not for ever."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

Subject = TypeVar("Subject")
Question = TypeVar("Question", bound=Thread)


class SingleFlight(Generic[Subject, Question]):
    """One question at a time about each subject: who comes meanwhile waits for the same."""

    def __init__(self, question: Callable[[Subject], Question]) -> None:
        self._question = question
        self._asked: dict[Subject, Question] = {}
        self._turn = Lock()

    def ask(self, subject: Subject, *, seconds: float) -> Question:
        """Return the question after so many seconds, or sooner if it is answered."""
        with self._turn:
            asked = self._asked.get(subject)
            if asked is None or not asked.is_alive():
                asked = self._asked[subject] = self._question(subject)
                asked.start()
        asked.join(seconds)
        return asked
