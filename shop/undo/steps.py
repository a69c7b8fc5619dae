"""Step: what one press changed on many records, so that another press can take it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, select, update
from sqlalchemy.orm import Mapped, defer, mapped_column

from shop import clock
from shop.audit.entries import record
from shop.extensions import db, rows_of
from shop.registry import Registry
from shop.tokens import new_id
from shop.visit import Visit

KEEP = timedelta(days=1)
QUOTED = {"products", "stock"}  # kinds whose sentences say nothing of a person, and may stand in the audit log for good

# Each room registers how its own changes are taken back: given the step's changes, gives how many records it put back.
takers: Registry[Callable[[list[Any]], int]] = Registry()


class Step(db.Model):  # type: ignore[name-defined]
    """A change that can be taken back for a day: `kind` names who can, `changes` is theirs to read."""

    __tablename__ = "undo_steps"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    at: Mapped[datetime] = mapped_column(clock.Moment, index=True)
    by: Mapped[str] = mapped_column(String(254), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str] = mapped_column(String(200))
    changes: Mapped[list[Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(clock.Moment)


def remember(kind: str, sentence: str, changes: list[Any], *, by: str) -> Step:
    """Keep what one press changed, in its transaction. `sentence` says what it did: "12 products archived"."""
    step = Step(id=new_id(), at=clock.now(), by=by, kind=kind, sentence=sentence[:200], changes=changes)
    db.session.add(step)
    return step


def has(step_id: str, by: str) -> bool:
    """Say whether there is a step of that name, and it is this person's."""
    return db.session.scalar(select(Step.id).where(Step.id == step_id, Step.by == by)) is not None


def take_back(step_id: str, *, by: str, visit: Visit) -> tuple[Step, int] | None:
    """Undo one's own step, once. Gives it and how many records went back; None for another's, an old or undone one.

    A record that somebody has changed since is left as it is now. The records are held before the step, as by whoever
    erases or merges them and then takes them out of the steps; who finds the step taken then leaves nothing behind.
    """
    fits = (Step.id == step_id, Step.by == by, Step.undone_at.is_(None), Step.at > clock.now() - KEEP)
    step = db.session.scalar(select(Step).where(*fits).execution_options(populate_existing=True))
    if step is None:
        return None
    with db.session.begin_nested() as part:
        number = takers[step.kind](step.changes)
        claim = update(Step).where(*fits).values(undone_at=clock.now())
        if rows_of(db.session.execute(claim.execution_options(synchronize_session=False))) != 1:
            part.rollback()
            return None
    what = step.sentence if step.kind in QUOTED else f"a change of {step.kind}"
    record("change_undone", by=by, visit=visit, what=what, number=number)
    return step, number


def of(by: str) -> list[Step]:
    """Give what somebody can still take back, newest first; not what each changed, which may be long."""
    fits = (Step.by == by, Step.undone_at.is_(None), Step.at > clock.now() - KEEP)
    query = select(Step).where(*fits).options(defer(Step.changes)).order_by(Step.at.desc(), Step.id)
    return list(db.session.scalars(query.limit(50)))


def is_over(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which steps are kept no longer."""
    return Step.at <= at - KEEP
