"""What changes of many orders share: their limit, their audit entry and their undo step.

The sentence of an undo step is kept in the language of the person who made it: no one else reads it, and it is kept
for a day.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from shop.audit.entries import record
from shop.extensions import db
from shop.orders.models.order import Order, OrderTag
from shop.search.word_index import tag_spellings
from shop.settings import store
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

MOST_ORDERS = 10_000  # orders in one change
UNDO_KIND = "orders"


def count_unchanged(what: str, order_ids: Sequence[int], name: str) -> int:
    """Return how many of these orders an act would not change; `name` is that of a tag."""
    if what in ("tag", "untag"):
        mine = OrderTag.order_id.in_(order_ids), OrderTag.tag.in_(tag_spellings(name))
        tagged = db.session.scalar(select(func.count(OrderTag.order_id.distinct())).where(*mine)) or 0
        return tagged if what == "tag" else len(order_ids) - tagged
    is_there = Order.archived_at.is_not(None) if what == "archive" else Order.archived_at.is_(None)
    return db.session.scalar(select(func.count(Order.id)).where(Order.id.in_(order_ids), is_there)) or 0


def remember_tags(order: Order, added: Sequence[str], removed: Sequence[str], *, by: str) -> UndoStep:
    """Return the step that undoes a change of one order's tags."""
    acts = {"tag": [[order.id, one] for one in added], "untag": [[order.id, one] for one in removed]}
    changes = [{"what": what, "which": rows, "by": by} for what, rows in acts.items() if rows]
    number = f"{store.get_store().order_prefix}{order.number}"
    sentence = _("Tags saved for order %(number)s.", number=number)
    return steps.record_step(UNDO_KIND, sentence, changes, by=by)


def remember_change(what: str, which: list[Any], sentence: str, *, actor: Actor) -> UndoStep | None:
    if not which:
        return None
    record("orders_changed", actor=actor, what=what, number=len(which))
    return steps.record_step(UNDO_KIND, sentence, [{"what": what, "which": which, "by": actor.name}], by=actor.name)
