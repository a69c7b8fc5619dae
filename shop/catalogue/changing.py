"""Changing: the status of many products at once, and what each change of many leaves behind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from shop.audit.entries import record
from shop.catalogue import summary
from shop.catalogue.product import Product, Status
from shop.catalogue.selection import SHOWN, Line, Preview, hold, parts, titles, touch
from shop.extensions import db
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import RequestInfo

KIND = "products"  # of the steps that this room can take back


def preview_status(ids: Sequence[int], status: Status) -> Preview:
    """Say what set_status() would do."""
    now = {one: old for old, some in _by_status(ids, status).items() for one in some}
    shown = sorted(now)[:SHOWN]
    named = titles(shown)
    lines = [Line(named[one], str(now[one]), str(status)) for one in shown]
    return Preview(len(now), lines, same=len(ids) - len(now))


def set_status(ids: Sequence[int], status: Status, *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Give products a status. Gives the step that takes it back; None where all had it."""
    hold(ids)
    found = _by_status(ids, status)
    for some in found.values():
        _write_status(some, status)
    changes = [{"status": [old, status], "ids": some} for old, some in found.items()]
    number = sum(len(some) for some in found.values())
    return finish(changes, number, f"status set to {status}", by=by, visit=visit)


def finish(changes: list[Any], number: int, words_for_it: str, *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Leave the audit entry and the step of a change of so many products; nothing where there was none."""
    if not number:
        return None
    record("products_changed", by=by, visit=visit, what=words_for_it, number=number)
    sentence = f"{number:,} {'product' if number == 1 else 'products'}: {words_for_it}."
    short = sentence if len(sentence) <= 200 else f"{sentence[:198]}…."
    return steps.record_step(KIND, short, changes, by=by)


def put_back_status(before: str, after: str, ids: Sequence[int]) -> list[int]:
    """Give products the status again that they had, if they still have the one they got. Gives which."""
    back = [one for some in parts(ids) for one in _having(some, Status(after))]
    _write_status(back, Status(before))
    return back


def _by_status(ids: Sequence[int], status: Status) -> dict[Status, list[int]]:
    found: dict[Status, list[int]] = {}
    for some in parts(ids):
        query = select(Product.id, Product.status).where(Product.id.in_(some), Product.status != status)
        for one, old in db.session.execute(query.order_by(Product.id)):
            found.setdefault(Status(old), []).append(one)
    return found


def _having(ids: Sequence[int], status: Status) -> Sequence[int]:
    return db.session.scalars(select(Product.id).where(Product.id.in_(ids), Product.status == status)).all()


def _write_status(ids: Sequence[int], status: Status) -> None:
    for some in parts(ids):
        change = update(Product).where(Product.id.in_(some)).values(status=status)
        db.session.execute(change.execution_options(synchronize_session=False))
        summary.hand_down(some)
    touch(ids)
