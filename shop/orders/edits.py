"""Edits of an order that was created: its lines, details, tags and comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from shop.audit.entries import record
from shop.extensions import db
from shop.orders import balance, bulk_changes, creation, status, stock, timeline
from shop.orders.drafts import DraftLine
from shop.orders.models.order import Order, OrderLine, OrderTag
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

DETAILS = ("email", "note", "billing", "delivery")


class OrderChanged(Exception):
    """Someone changed the order after it was loaded."""


class EditRefused(Exception):
    """A change that an order does not allow; pages show the message."""


@dataclass
class OrderEdit:
    """An order's lines after the edit: `quantities` by line id (a line that is not named stays), and new lines."""

    quantities: dict[int, int]
    shipping: int
    shipping_method: str
    discount: int
    discount_code: str
    added: list[DraftLine] = field(default_factory=list)


def edit_order(order: Order, wanted: OrderEdit, *, version: int, actor: Actor) -> Order:
    """Change the lines, shipping and discount of a locked order, reserve or release the difference, and recalculate.

    A line with quantity 0 is removed. Raises OrderChanged where `version` is no longer the order's, EditRefused,
    OutOfStock, and TotalTooLarge; the caller then rolls back.
    """
    if order.version != version:
        raise OrderChanged
    known = balance.load_balance(order)
    changes = _changes(order, known, wanted)
    added = [creation.make_line(line, len(order.lines) + position) for position, line in enumerate(wanted.added)]
    before = {name: getattr(order, name) for name in ("shipping", "shipping_method", "discount", "discount_code")}
    _check(order, wanted, changes)
    stock.reserve([*changes, *((line, line.quantity) for line in added)])
    lines = [{"line": stock.line_name(line), "from": line.quantity, "to": line.quantity + by_} for line, by_ in changes]
    lines += [{"line": stock.line_name(line), "from": 0, "to": line.quantity} for line in added]
    _write(order, wanted, changes, added)
    now = status.recalculate(order)
    if order.total < known.credited:
        raise EditRefused(_("The total can't be less than what has already been refunded."))
    if now.shipping < min(now.shipping_back, known.shipping):
        raise EditRefused(_("Shipping can't be less than what has already been refunded."))
    fields = (["lines"] if lines else []) + [name for name, old in before.items() if getattr(order, name) != old]
    if fields:
        order.version += 1
        timeline.add_event(
            order.id, "edited", by=actor.name, fields=fields, lines=lines, total=[known.total, order.total]
        )
        record("order_changed", actor=actor, order=order.number, fields=fields)
    return order


def change_details(order: Order, values: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Set the email address, note or addresses of a locked order. Returns the names of the changed fields.

    Old and new values are recorded nowhere else: they are personal data, and can be erased.
    """
    changed = [name for name in DETAILS if name in values and _filled(getattr(order, name)) != _filled(values[name])]
    if changed:
        for name in changed:
            setattr(order, name, values[name])
        order.version += 1
        timeline.add_event(order.id, "edited", by=actor.name, fields=changed)
        record("order_changed", actor=actor, order=order.number, fields=changed)
    return changed


def _filled(value: Any) -> Any:
    """Return a value to compare: of an address its filled-in fields, as an order without one has no fields at all."""
    return {part: one for part, one in value.items() if one} if isinstance(value, dict) else value


def _changes(order: Order, known: balance.OrderBalance, wanted: OrderEdit) -> list[tuple[OrderLine, int]]:
    changes = []
    for line in order.lines:
        facts, to = known.lines[line.id], wanted.quantities.get(line.id, line.quantity)
        least = facts.shipped + facts.removed
        if to == line.quantity:
            continue
        if not least <= to <= creation.MOST_UNITS:
            raise EditRefused(
                _(
                    "%(item)s: %(number)s already shipped or refunded, so the quantity can't be less than %(number)s.",
                    item=stock.line_name(line),
                    number=f"{least:,}",
                )
            )
        changes.append((line, to - line.quantity))
    return changes


def _check(order: Order, wanted: OrderEdit, changes: list[tuple[OrderLine, int]]) -> None:
    if order.cancelled_at is not None:
        raise EditRefused(_("This order was canceled."))
    if wanted.added:
        creation.refuse_out_of_range(wanted.added, wanted.shipping, wanted.discount)
    if min(wanted.shipping, wanted.discount) < 0:
        raise ValueError("a number is out of range")  # not marked: for callers
    if len(order.lines) + len(wanted.added) > creation.MOST_LINES:
        raise EditRefused(_("An order can have at most %(number)s items.", number=creation.MOST_LINES))
    gone = sum(line.quantity + by == 0 for line, by in changes)
    if gone == len(order.lines) and not wanted.added:
        raise EditRefused(_("The order would have no items left. Cancel it instead."))


def _write(order: Order, wanted: OrderEdit, changes: list[tuple[OrderLine, int]], added: list[OrderLine]) -> None:
    for line, by in changes:
        line.quantity += by
        if not line.quantity:
            order.lines.remove(line)
            db.session.delete(line)
    order.lines.extend(added)
    order.shipping, order.shipping_method = wanted.shipping, wanted.shipping_method
    order.discount, order.discount_code = wanted.discount, wanted.discount_code


def change_tags(order: Order, tags: Sequence[str], *, actor: Actor) -> UndoStep | None:
    """Set the tags of a locked order. Returns the step that undoes it, or None without a change."""
    before = order.tags
    added, removed = [one for one in tags if one not in before], [one for one in before if one not in tags]
    if not added and not removed:
        return None
    order.tag_rows = [row for row in order.tag_rows if row.tag in tags] + [OrderTag(tag=one) for one in added]
    order.version += 1
    timeline.add_event(order.id, "tagged", by=actor.name, added=added, removed=removed)
    record("order_changed", actor=actor, order=order.number, fields=["tags"])
    return bulk_changes.remember_tags(order, added, removed, by=actor.name)


def add_comment(order: Order, text: str, *, actor: Actor) -> None:
    """Add a comment to an order's timeline."""
    timeline.add_event(order.id, "comment", by=actor.name, comment=text)
    record("order_changed", actor=actor, order=order.number, fields=["comment"])
