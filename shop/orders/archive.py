"""The archive: archive and unarchive one order or many."""

from collections.abc import Sequence
from typing import Any

from flask_babel import ngettext
from sqlalchemy import case, func, or_, select, update

from shop import clock
from shop.extensions import db
from shop.orders.bulk_changes import remember_change
from shop.orders.models.order import Order, OrderStatus
from shop.orders.queries import lock_orders
from shop.orders.timeline import add_events
from shop.transactions import update_returning
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

IS_CANCELLED = Order.cancelled_at.is_not(None)


def archive_orders(order_ids: Sequence[int], *, actor: Actor) -> UndoStep | None:
    """Archive orders. Returns the step that undoes it, or None where all of them were archived already."""
    changed = set_archived(order_ids, by=actor.name)
    sentence = ngettext(
        "%(count)s order archived.", "%(count)s orders archived.", len(changed), count=f"{len(changed):,}"
    )
    return remember_change("archive", changed, sentence, actor=actor)


def unarchive_orders(order_ids: Sequence[int], *, actor: Actor) -> UndoStep | None:
    """Unarchive orders. Returns the step that undoes it, or None where none of them was archived."""
    changed = clear_archived(order_ids, by=actor.name)
    sentence = ngettext(
        "%(count)s order unarchived.", "%(count)s orders unarchived.", len(changed), count=f"{len(changed):,}"
    )
    return remember_change("unarchive", changed, sentence, actor=actor)


def count_unfinished(order_ids: Sequence[int]) -> int:
    """Return how many of these orders would be archived although they are not fully paid or shipped."""
    is_waiting = or_(Order.is_to_ship.is_(True), Order.is_to_pay.is_(True))
    query = select(func.count(Order.id)).where(Order.id.in_(order_ids), Order.archived_at.is_(None), is_waiting)
    return db.session.scalar(query) or 0


def set_archived(order_ids: Sequence[int], *, by: str) -> list[Any]:
    status = case((IS_CANCELLED, OrderStatus.CANCELLED), else_=OrderStatus.ARCHIVED)
    values = {"archived_at": clock.now(), "status": status}
    return _write(order_ids, Order.archived_at.is_(None), values, "archived", by=by)


def clear_archived(order_ids: Sequence[int], *, by: str) -> list[Any]:
    values = {"archived_at": None, "status": case((IS_CANCELLED, OrderStatus.CANCELLED), else_=OrderStatus.OPEN)}
    return _write(order_ids, Order.archived_at.is_not(None), values, "reopened", by=by)


def _write(order_ids: Sequence[int], only_if: Any, values: dict[str, Any], kind: str, *, by: str) -> list[Any]:
    change = update(Order).where(Order.id.in_(lock_orders(order_ids)), only_if).values(**values)
    changed = sorted(update_returning(change.returning(Order.id)).scalars())
    add_events([[one, {}] for one in changed], kind, by=by)
    return changed
