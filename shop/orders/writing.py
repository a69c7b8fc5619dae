"""Writing on an order: its tags, and what the staff say about it."""

from collections.abc import Sequence

from shop.audit.entries import record
from shop.orders import tidying, timeline
from shop.orders.order import Order, OrderTag
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import RequestInfo


def retag(order: Order, tags: Sequence[str], *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Give a locked order these tags and no others. Gives the step that takes it back, or None without a change."""
    before = order.tags
    added, removed = [one for one in tags if one not in before], [one for one in before if one not in tags]
    if not added and not removed:
        return None
    order.tag_rows = [row for row in order.tag_rows if row.tag in tags] + [OrderTag(tag=one) for one in added]
    order.version += 1
    timeline.note(order.id, "tagged", by=by, added=added, removed=removed)
    record("order_changed", by=by, visit=visit, order=order.number, fields=["tags"])
    return tidying.retagged(order, added, removed, by=by)


def comment(order: Order, text: str, *, by: str, visit: RequestInfo) -> None:
    """Put a comment on an order's timeline."""
    timeline.note(order.id, "comment", by=by, comment=text)
    record("order_changed", by=by, visit=visit, order=order.number, fields=["comment"])
