"""Outages of the database or the disk: their messages to people, and one line in the log for each."""

import logging
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from shop.database.faults import FaultKind, classify_fault, describe_fault

log = logging.getLogger("shop.requests")
QUIET_SECONDS = 5.0  # without a fault until an outage counts as over: a busy database answers some requests in between


@dataclass(frozen=True)
class OutageMessage:
    """The message to people, and the seconds after which they may try again."""

    sentence: LazyString
    seconds: int


OUTAGE_MESSAGES = {
    FaultKind.FULL: OutageMessage(
        _l("The store's disk is full, so nothing can be saved. Nothing was changed; please tell the store owner."), 120
    ),
    FaultKind.BUSY: OutageMessage(
        _l("The store is very busy right now. Nothing was changed; please try again in a few seconds."), 5
    ),
    FaultKind.READ_ONLY: OutageMessage(
        _l("Changes can't be saved right now. Nothing was changed; please try again in a few minutes."), 60
    ),
    FaultKind.AWAY: OutageMessage(
        _l(
            "The store's database can't be reached right now. Please try again in a moment. If you were saving "
            "something, check whether it was saved before you try again."
        ),
        10,
    ),
    FaultKind.DAMAGED: OutageMessage(
        _l("The store's database is damaged. Please stop working, and ask the store owner to restore a backup."), 600
    ),
    FaultKind.NOT_SET_UP: OutageMessage(
        _l("The store's database isn't set up. Please ask the store owner to run flask --app wsgi db upgrade."), 120
    ),
    FaultKind.CLOSED: OutageMessage(
        _l("The store doesn't have permission to use its database. Nothing was changed; please tell the store owner."),
        120,
    ),
}


class OutageMonitor:
    """The current outage of this process's database, if any; logged when it begins, changes and ends."""

    def __init__(self) -> None:
        self.kind: FaultKind | None = None
        self.name = ""
        self.count = 0
        self.began = self.last = 0.0
        self.turn = threading.Lock()

    def note(self, fault: Exception) -> FaultKind | None:
        """Count a fault. Returns its kind; None, without counting it, if it is not an outage."""
        kind = classify_fault(fault)
        if kind is None:
            return None
        with self.turn:
            now = monotonic()
            if kind != self.kind:
                self._close("was")
                self.kind, self.name, self.began, self.count = kind, describe_fault(fault), now, 0
                log.error("the database is %s: %s", kind, self.name)
            self.count += 1
            self.last = now
        return kind

    def explain(self, fault: Exception) -> bool:
        """Count a fault of the database. Returns whether it is one, which means that it has its line in the log."""
        return self.note(fault) is not None

    def is_over(self) -> None:
        """Record that the database has done what it could not do before."""
        with self.turn:
            if monotonic() - self.last >= QUIET_SECONDS:
                self._close("is no longer")

    def _close(self, words: str) -> None:
        if self.kind:
            lasted = self.last - self.began
            log.warning("the database %s %s: %d faults in %.0f s", words, self.kind, self.count, lasted)
        self.kind = None


outages = OutageMonitor()
_has_written: ContextVar[bool] = ContextVar("has_written", default=False)


@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def _look(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
    """Detect the end of an outage: any answer, or for some kinds a committed change."""
    if outages.kind == FaultKind.AWAY:
        outages.is_over()
    elif outages.kind and statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
        _has_written.set(True)


@sa.event.listens_for(Session, "after_commit")
def _note_commit(_session: Any) -> None:
    if outages.kind and _has_written.get():
        outages.is_over()
    _has_written.set(False)


@sa.event.listens_for(Session, "after_rollback")
def _note_rollback(_session: Any) -> None:
    _has_written.set(False)
