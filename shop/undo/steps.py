"""Step: what one press changed on many records, so that another press can take it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import defer

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.registry import Registry
from shop.tokens import new_id
from shop.transactions import affected_rows
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import RequestInfo

KEEP = timedelta(days=1)
QUOTED = {"products", "stock"}  # kinds whose sentences say nothing of a person, and may stand in the audit log for good

# Each room registers how its own changes are taken back: given the step's changes, gives how many records it put back.
undo_handlers: Registry[Callable[[list[Any]], int]] = Registry()


def record_step(kind: str, sentence: str, changes: list[Any], *, by: str) -> UndoStep:
    """Keep what one press changed, in its transaction. `sentence` says what it did: "12 products archived"."""
    step = UndoStep(id=new_id(), at=clock.now(), by=by, kind=kind, sentence=sentence[:200], changes=changes)
    db.session.add(step)
    return step


def has_step(step_id: str, by: str) -> bool:
    """Say whether there is a step of that name, and it is this person's."""
    return db.session.scalar(select(UndoStep.id).where(UndoStep.id == step_id, UndoStep.by == by)) is not None


def undo_step(step_id: str, *, by: str, visit: RequestInfo) -> tuple[UndoStep, int] | None:
    """Undo one's own step, once. Gives it and how many records went back; None for another's, an old or undone one.

    A record that somebody has changed since is left as it is now. The records are held before the step, as by whoever
    erases or merges them and then takes them out of the steps; who finds the step taken then leaves nothing behind.
    """
    fits = (UndoStep.id == step_id, UndoStep.by == by, UndoStep.undone_at.is_(None), UndoStep.at > clock.now() - KEEP)
    step = db.session.scalar(select(UndoStep).where(*fits).execution_options(populate_existing=True))
    if step is None:
        return None
    with db.session.begin_nested() as part:
        number = undo_handlers[step.kind](step.changes)
        claim = update(UndoStep).where(*fits).values(undone_at=clock.now())
        if affected_rows(db.session.execute(claim.execution_options(synchronize_session=False))) != 1:
            part.rollback()
            return None
    what = step.sentence if step.kind in QUOTED else f"a change of {step.kind}"  # not marked: recorded
    record("change_undone", by=by, visit=visit, what=what, number=number)
    return step, number


def list_undoable(by: str) -> list[UndoStep]:
    """Give what somebody can still take back, newest first; not what each changed, which may be long."""
    fits = (UndoStep.by == by, UndoStep.undone_at.is_(None), UndoStep.at > clock.now() - KEEP)
    query = select(UndoStep).where(*fits).options(defer(UndoStep.changes)).order_by(UndoStep.at.desc(), UndoStep.id)
    return list(db.session.scalars(query.limit(50)))


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which steps are kept no longer."""
    return UndoStep.at <= at - KEEP
