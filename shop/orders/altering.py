"""Altering: an order that was placed is changed; what was shipped or refunded of it stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shop.audit.entries import record
from shop.extensions import db
from shop.orders import goods, placing, standing, states, timeline
from shop.orders import order as orders
from shop.orders.order import Order, OrderLine
from shop.orders.placing import DraftLine
from shop.web.request_info import RequestInfo

DETAILS = ("email", "note", "billing", "delivery")


class Changed(Exception):
    """Somebody changed the order since it was looked at."""


class Refused(Exception):
    """A change that an order does not allow; the message says why to people."""


@dataclass
class Alteration:
    """What an order's lines are to be: `quantities` by line id (a line that is not named stays), and new lines."""

    quantities: dict[int, int]
    shipping: int
    shipping_method: str
    discount: int
    discount_code: str
    added: list[DraftLine] = field(default_factory=list)


def alter(order_id: int, wanted: Alteration, *, version: int, by: str, visit: RequestInfo) -> Order:
    """Change the lines, shipping and discount of an order, promise or release the difference, and sum it up anew.

    A line of none is taken off. Raises Changed where `version` is not the order's any more, Refused, OutOfStock,
    totals.TooLarge, and LookupError where there is no such order; the caller then rolls back.
    """
    order = orders.locked(order_id)
    if order is None:
        raise LookupError(order_id)
    if order.version != version:
        raise Changed
    known = standing.facts(order)
    changes = _changes(order, known, wanted)
    added = [placing.line_of(line, len(order.lines) + position) for position, line in enumerate(wanted.added)]
    before = {name: getattr(order, name) for name in ("shipping", "shipping_method", "discount", "discount_code")}
    _check(order, wanted, changes)
    goods.promise([*changes, *((line, line.quantity) for line in added)])
    lines = [{"line": goods.name_of(line), "from": line.quantity, "to": line.quantity + by_} for line, by_ in changes]
    lines += [{"line": goods.name_of(line), "from": 0, "to": line.quantity} for line in added]
    _write(order, wanted, changes, added)
    now = states.settle(order)
    if order.total < known.credited:
        raise Refused("That is less than was already refunded.")
    if now.shipping < min(now.shipping_back, known.shipping):
        raise Refused("That is less shipping than was already refunded.")
    fields = (["lines"] if lines else []) + [name for name, old in before.items() if getattr(order, name) != old]
    if fields:
        order.version += 1
        timeline.note(order.id, "edited", by=by, fields=fields, lines=lines, total=[known.total, order.total])
        record("order_changed", by=by, visit=visit, order=order.number, fields=fields)
    return order


def change_details(order: Order, values: Mapping[str, Any], *, by: str, visit: RequestInfo) -> list[str]:
    """Write the e-mail address, note or addresses of a locked order. Gives the names of what changed.

    What it was and is stands nowhere else: it is a customer's own, and can be erased.
    """
    changed = [name for name in DETAILS if name in values and _filled(getattr(order, name)) != _filled(values[name])]
    if changed:
        for name in changed:
            setattr(order, name, values[name])
        order.version += 1
        timeline.note(order.id, "edited", by=by, fields=changed)
        record("order_changed", by=by, visit=visit, order=order.number, fields=changed)
    return changed


def _filled(value: Any) -> Any:
    """Give a value to compare: of an address what is filled in, as an order without one has no fields at all."""
    return {part: one for part, one in value.items() if one} if isinstance(value, dict) else value


def _changes(order: Order, known: standing.Facts, wanted: Alteration) -> list[tuple[OrderLine, int]]:
    changes = []
    for line in order.lines:
        facts, to = known.lines[line.id], wanted.quantities.get(line.id, line.quantity)
        least = facts.shipped + facts.removed
        if to == line.quantity:
            continue
        if not least <= to <= placing.MOST_UNITS:
            raise Refused(f"{goods.name_of(line)}: {least} shipped or refunded, so not fewer.")
        changes.append((line, to - line.quantity))
    return changes


def _check(order: Order, wanted: Alteration, changes: list[tuple[OrderLine, int]]) -> None:
    if order.cancelled_at is not None:
        raise Refused("This order was cancelled.")
    if wanted.added:
        placing.check(wanted.added, wanted.shipping, wanted.discount)
    if min(wanted.shipping, wanted.discount) < 0:
        raise ValueError("a number is out of range")
    if len(order.lines) + len(wanted.added) > placing.MOST_LINES:
        raise Refused(f"An order has at most {placing.MOST_LINES} lines.")
    gone = sum(line.quantity + by == 0 for line, by in changes)
    if gone == len(order.lines) and not wanted.added:
        raise Refused("Nothing would be left. Cancel the order instead.")


def _write(order: Order, wanted: Alteration, changes: list[tuple[OrderLine, int]], added: list[OrderLine]) -> None:
    for line, by in changes:
        line.quantity += by
        if not line.quantity:
            order.lines.remove(line)
            db.session.delete(line)
    order.lines.extend(added)
    order.shipping, order.shipping_method = wanted.shipping, wanted.shipping_method
    order.discount, order.discount_code = wanted.discount, wanted.discount_code
