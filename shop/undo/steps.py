"""Undo step: what one click changed on many records, so that another click can undo it."""

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
from shop.transactions import update_rows
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

KEEP = timedelta(days=1)
QUOTED = {"products", "stock"}  # kinds whose sentences contain nothing personal, and may stay in the audit log for good

# Hooks: each room undoes its own changes. A hook takes the step's changes, and returns the number of records it
# restored.
undo_handlers: Registry[Callable[[list[Any]], int]] = Registry()


def record_step(kind: str, sentence: str, changes: list[Any], *, by: str) -> UndoStep:
    """Store what one click changed, in its transaction. `sentence` describes it: "12 products archived"."""
    step = UndoStep(id=new_id(), at=clock.now(), by=by, kind=kind, sentence=sentence[:200], changes=changes)
    db.session.add(step)
    return step


def has_step(step_id: str, by: str) -> bool:
    """Return whether the step exists and belongs to this person."""
    return db.session.scalar(select(UndoStep.id).where(UndoStep.id == step_id, UndoStep.by == by)) is not None


def undo_step(step_id: str, *, actor: Actor) -> tuple[UndoStep, int] | None:
    """Undo a person's own step, once. Returns it and how many records were restored.

    None for another person's step, and for an expired or undone one. A record that someone has changed since is left as
    it is now. Lock order: records before the step, as in an erasure or merge, which then removes them from the steps.
    If the step was claimed or deleted in between, the restored records are rolled back.
    """
    conditions = (
        UndoStep.id == step_id,
        UndoStep.by == actor.name,
        UndoStep.undone_at.is_(None),
        UndoStep.at > clock.now() - KEEP,
    )
    step = db.session.scalar(select(UndoStep).where(*conditions).execution_options(populate_existing=True))
    if step is None:
        return None
    with db.session.begin_nested() as part:
        number = undo_handlers[step.kind](step.changes)
        claim = update(UndoStep).where(*conditions).values(undone_at=clock.now())
        if update_rows(claim) != 1:
            part.rollback()
            return None
    what = step.sentence if step.kind in QUOTED else f"a change to {step.kind}"  # not marked: recorded
    record("change_undone", actor=actor, what=what, number=number)
    return step, number


def list_undoable(by: str) -> list[UndoStep]:
    """Return what a person can still undo, newest first, without the changes themselves, which may be long."""
    conditions = (UndoStep.by == by, UndoStep.undone_at.is_(None), UndoStep.at > clock.now() - KEEP)
    query = (
        select(UndoStep).where(*conditions).options(defer(UndoStep.changes)).order_by(UndoStep.at.desc(), UndoStep.id)
    )
    return list(db.session.scalars(query.limit(50)))


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for steps past their retention."""
    return UndoStep.at <= at - KEEP
