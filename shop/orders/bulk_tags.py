"""Tags for many orders: add one, or remove it.

Orders that would not change are left alone. Nothing here moves money or stock, and so no order is recalculated.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import ngettext
from sqlalchemy import case, delete, func, insert, select, update

from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.orders.bulk_changes import remember_change
from shop.orders.models.order import Order, OrderTag
from shop.orders.queries import lock_orders
from shop.orders.timeline import add_events
from shop.search.word_index import tag_spellings
from shop.transactions import update_returning, update_rows
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor


def tag_orders(order_ids: Sequence[int], name: str, *, actor: Actor) -> UndoStep | None:
    """Tag orders that do not have the tag in any spelling, and have room for one more."""
    full = count_full(order_ids, name)
    rows = insert_tags([[one, name] for one in order_ids], by=actor.name)
    sentence = ngettext(
        "%(count)s order tagged “%(tag)s”.",
        "%(count)s orders tagged “%(tag)s”.",
        len(rows),
        count=f"{len(rows):,}",
        tag=name,
    )
    sentence = f"{sentence} {explain_full(full)}" if full else sentence
    return remember_change("tag", rows, sentence, actor=actor)


def count_full(order_ids: Sequence[int], name: str) -> int:
    """Return how many orders do not have a tag, and have no room for it."""
    has_it = OrderTag.tag.in_(tag_spellings(name))
    tags = select(OrderTag.order_id).where(OrderTag.order_id.in_(order_ids)).group_by(OrderTag.order_id)
    full = tags.having(func.count() >= MOST_TAGS, func.sum(case((has_it, 1), else_=0)) == 0)
    return db.session.scalars(select(func.count()).select_from(full.subquery())).one()


def explain_full(number: int) -> str:
    """Say that so many orders cannot have another tag."""
    return ngettext(
        "%(count)s order has already reached the limit of %(most)s tags.",
        "%(count)s orders have already reached the limit of %(most)s tags.",
        number,
        count=f"{number:,}",
        most=MOST_TAGS,
    )


def untag_orders(order_ids: Sequence[int], name: str, *, actor: Actor) -> UndoStep | None:
    """Remove a tag from orders, in any spelling."""
    mine = OrderTag.order_id.in_(lock_orders(order_ids)), OrderTag.tag.in_(tag_spellings(name))
    rows = [
        [order_id, tag] for order_id, tag in db.session.execute(select(OrderTag.order_id, OrderTag.tag).where(*mine))
    ]
    removed = delete_tags(rows, by=actor.name)
    sentence = ngettext(
        "Tag “%(tag)s” removed from %(count)s order.",
        "Tag “%(tag)s” removed from %(count)s orders.",
        len(removed),
        count=f"{len(removed):,}",
        tag=name,
    )
    return remember_change("untag", removed, sentence, actor=actor)


def insert_tags(rows: Sequence[Any], *, by: str) -> list[Any]:
    held = set(lock_orders([order_id for order_id, _ in rows]))
    asked = {spelt for _, tag in rows for spelt in tag_spellings(tag)}
    mine = select(OrderTag.order_id, OrderTag.tag).where(OrderTag.order_id.in_(held), OrderTag.tag.in_(asked))
    there = {(order_id, tag.casefold()) for order_id, tag in db.session.execute(mine)}
    missing = _fitting([[one, tag] for one, tag in rows if one in held and (one, tag.casefold()) not in there])
    if missing:
        db.session.execute(insert(OrderTag), [{"order_id": one, "tag": tag} for one, tag in missing])
    _retagged(missing, "added", by=by)
    return missing


def _fitting(rows: list[Any]) -> list[Any]:
    """Return the tags that their orders have room for: one with too many could not be saved by its own form again."""
    number = select(OrderTag.order_id, func.count()).where(OrderTag.order_id.in_({one for one, _ in rows}))
    room = {order_id: MOST_TAGS - tags for order_id, tags in db.session.execute(number.group_by(OrderTag.order_id))}
    fitting = []
    for one, tag in rows:
        room[one] = room.get(one, MOST_TAGS) - 1
        if room[one] >= 0:
            fitting.append([one, tag])
    return fitting


def delete_tags(rows: Sequence[Any], *, by: str) -> list[Any]:
    gone = []
    for name in sorted({tag for _, tag in rows}):
        mine = OrderTag.order_id.in_(lock_orders([one for one, tag in rows if tag == name])), OrderTag.tag == name
        dropped = delete(OrderTag).where(*mine).returning(OrderTag.order_id)
        gone += [[one, name] for one in sorted(update_returning(dropped).scalars())]
    _retagged(gone, "removed", by=by)
    return gone


def _retagged(rows: list[Any], how: str, *, by: str) -> None:
    # A form that was opened before must notice that the tags have changed.
    newer = update(Order).where(Order.id.in_({one for one, _ in rows})).values(version=Order.version + 1)
    update_rows(newer)
    add_events([[one, {how: [tag]}] for one, tag in rows], "tagged", by=by)
