"""Tidying: putting many orders into the archive and out of it, tagging them, and taking either back.

Each act gives how many orders it changed, and leaves those alone that were so already. Nothing here moves money or
stock, and so no order is settled anew: its status is written here as states.py would, and what is still to be sent or
paid of it stays so in the archive.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, func, insert, or_, select, update

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.orders.order import Order, OrderTag, Status
from shop.orders.timeline import OrderEvent
from shop.search.word_index import tag_spellings
from shop.settings import store
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import RequestInfo

MOST = 10_000  # orders in one press
KIND = "orders"
IS_CANCELLED = Order.cancelled_at.is_not(None)


def archive(order_ids: Sequence[int], *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Put orders into the archive. Gives the step that takes it back, or None where all were there already."""
    return _finish("archive", _archive(order_ids, by=by), "archived", by=by, visit=visit)


def unarchive(order_ids: Sequence[int], *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Take orders out of the archive."""
    return _finish("unarchive", _unarchive(order_ids, by=by), "taken out of the archive", by=by, visit=visit)


def unfinished(order_ids: Sequence[int]) -> int:
    """Give how many of these orders would go to the archive and are still to be paid or sent."""
    is_waiting = or_(Order.is_to_ship.is_(True), Order.is_to_pay.is_(True))
    query = select(func.count(Order.id)).where(Order.id.in_(order_ids), Order.archived_at.is_(None), is_waiting)
    return db.session.scalar(query) or 0


def already(what: str, order_ids: Sequence[int], name: str) -> int:
    """Give how many of these orders an act would leave alone, as they are so already; `name` is that of a tag."""
    if what in ("tag", "untag"):
        mine = OrderTag.order_id.in_(order_ids), OrderTag.tag.in_(tag_spellings(name))
        tagged = db.session.scalar(select(func.count(OrderTag.order_id.distinct())).where(*mine)) or 0
        return tagged if what == "tag" else len(order_ids) - tagged
    is_there = Order.archived_at.is_not(None) if what == "archive" else Order.archived_at.is_(None)
    return db.session.scalar(select(func.count(Order.id)).where(Order.id.in_(order_ids), is_there)) or 0


def tag(order_ids: Sequence[int], name: str, *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Give orders a tag, where they do not have it in any spelling, and have room for one more."""
    full = count_full(order_ids, name)
    words = f"tagged “{name}”" + (f"; {full:,} {has_no_room(full)}" if full else "")
    return _finish("tag", _add([[one, name] for one in order_ids], by=by), words, by=by, visit=visit)


def count_full(order_ids: Sequence[int], name: str) -> int:
    """Count the orders that do not have a tag, and have no room for it."""
    has_it = OrderTag.tag.in_(tag_spellings(name))
    tags = select(OrderTag.order_id).where(OrderTag.order_id.in_(order_ids)).group_by(OrderTag.order_id)
    full = tags.having(func.count() >= MOST_TAGS, func.sum(case((has_it, 1), else_=0)) == 0)
    return db.session.scalars(select(func.count()).select_from(full.subquery())).one()


def has_no_room(number: int) -> str:
    """Say of so many orders that they take no other tag."""
    return f"{'has' if number == 1 else 'have'} {MOST_TAGS} tags already, and no room for another"


def untag(order_ids: Sequence[int], name: str, *, by: str, visit: RequestInfo) -> UndoStep | None:
    """Take a tag from orders, in whatever spelling they have it."""
    mine = OrderTag.order_id.in_(_held(order_ids)), OrderTag.tag.in_(tag_spellings(name))
    rows = [
        [order_id, tag] for order_id, tag in db.session.execute(select(OrderTag.order_id, OrderTag.tag).where(*mine))
    ]
    return _finish("untag", _remove(rows, by=by), f"no longer tagged “{name}”", by=by, visit=visit)


def retagged(order: Order, added: Sequence[str], removed: Sequence[str], *, by: str) -> UndoStep:
    """Give the step that takes back what somebody made of one order's tags."""
    acts = {"tag": [[order.id, one] for one in added], "untag": [[order.id, one] for one in removed]}
    changes = [{"what": what, "which": rows, "by": by} for what, rows in acts.items() if rows]
    sentence = f"The tags of order {store.get_store().order_prefix}{order.number} are saved."
    return steps.record_step(KIND, sentence, changes, by=by)


def take_back(changes: list[Any]) -> int:
    """Undo a step of this room: what somebody changed since stays as it is. Gives how many orders went back."""
    undo = {"archive": _unarchive, "unarchive": _archive, "tag": _remove, "untag": _add}
    rows = [row for change in changes for row in undo[change["what"]](change["which"], by=change["by"])]
    return len({row[0] if isinstance(row, list) else row for row in rows})


def _finish(what: str, which: list[Any], words: str, *, by: str, visit: RequestInfo) -> UndoStep | None:
    number = len(which)
    if not number:
        return None
    record("orders_changed", by=by, visit=visit, what=what, number=number)
    sentence = f"{number:,} {'order is' if number == 1 else 'orders are'} {words}."
    return steps.record_step(KIND, sentence, [{"what": what, "which": which, "by": by}], by=by)


def _archive(order_ids: Sequence[int], *, by: str) -> list[Any]:
    status = case((IS_CANCELLED, Status.CANCELLED), else_=Status.ARCHIVED)
    values = {"archived_at": clock.now(), "status": status}
    return _write(order_ids, Order.archived_at.is_(None), values, "archived", by=by)


def _unarchive(order_ids: Sequence[int], *, by: str) -> list[Any]:
    values = {"archived_at": None, "status": case((IS_CANCELLED, Status.CANCELLED), else_=Status.OPEN)}
    return _write(order_ids, Order.archived_at.is_not(None), values, "reopened", by=by)


def _write(order_ids: Sequence[int], only_if: Any, values: dict[str, Any], kind: str, *, by: str) -> list[Any]:
    change = update(Order).where(Order.id.in_(_held(order_ids)), only_if).values(**values)
    quietly = change.returning(Order.id).execution_options(synchronize_session=False)
    changed = sorted(db.session.scalars(quietly))
    _note([[one, {}] for one in changed], kind, by=by)
    return changed


def _add(rows: Sequence[Any], *, by: str) -> list[Any]:
    held = set(_held([order_id for order_id, _ in rows]))
    asked = {spelt for _, tag in rows for spelt in tag_spellings(tag)}
    mine = select(OrderTag.order_id, OrderTag.tag).where(OrderTag.order_id.in_(held), OrderTag.tag.in_(asked))
    there = {(order_id, tag.casefold()) for order_id, tag in db.session.execute(mine)}
    missing = _fitting([[one, tag] for one, tag in rows if one in held and (one, tag.casefold()) not in there])
    if missing:
        db.session.execute(insert(OrderTag), [{"order_id": one, "tag": tag} for one, tag in missing])
    _retagged(missing, "added", by=by)
    return missing


def _fitting(rows: list[Any]) -> list[Any]:
    """Give the tags that their orders have room for: one with too many could not be saved by its own form again."""
    number = select(OrderTag.order_id, func.count()).where(OrderTag.order_id.in_({one for one, _ in rows}))
    room = {order_id: MOST_TAGS - tags for order_id, tags in db.session.execute(number.group_by(OrderTag.order_id))}
    fitting = []
    for one, tag in rows:
        room[one] = room.get(one, MOST_TAGS) - 1
        if room[one] >= 0:
            fitting.append([one, tag])
    return fitting


def _remove(rows: Sequence[Any], *, by: str) -> list[Any]:
    gone = []
    for name in sorted({tag for _, tag in rows}):
        mine = OrderTag.order_id.in_(_held([one for one, tag in rows if tag == name])), OrderTag.tag == name
        dropped = delete(OrderTag).where(*mine).returning(OrderTag.order_id)
        found = db.session.scalars(dropped.execution_options(synchronize_session=False))
        gone += [[one, name] for one in sorted(found)]
    _retagged(gone, "removed", by=by)
    return gone


def _retagged(rows: list[Any], how: str, *, by: str) -> None:
    # A form that was opened before must see that the tags are others now.
    newer = update(Order).where(Order.id.in_({one for one, _ in rows})).values(version=Order.version + 1)
    db.session.execute(newer.execution_options(synchronize_session=False))
    _note([[one, {how: [tag]}] for one, tag in rows], "tagged", by=by)


def _held(order_ids: Sequence[int]) -> list[int]:
    """Hold orders until this transaction ends, always in one order so that two presses never wait in a ring."""
    query = select(Order.id).where(Order.id.in_(order_ids)).order_by(Order.id).with_for_update()
    return list(db.session.scalars(query))


def _note(rows: list[Any], kind: str, *, by: str) -> None:
    at = clock.now()
    usual = {"at": at, "by": by, "kind": kind, "comment": ""}
    if rows:
        db.session.execute(
            insert(OrderEvent), [{**usual, "order_id": one, "details": details} for one, details in rows]
        )
