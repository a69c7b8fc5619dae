"""Shelves: deliveries that let every sale of the demo's year be sent, and leave what is to be left."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shop.demo.year import Sale

BATCH = 40  # units, about, in one delivery
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Change:
    """One change of what is on hand of one variant; `order_id` is None, and `key` empty, for a delivery."""

    at: datetime
    delta: int
    order_id: int | None = None
    key: str = ""
    by: str = ""


def plan(sales: Sequence[Sale], variants: int, opened_at: datetime, chance: Random) -> list[list[Change]]:
    """Give the deliveries of each variant, by its place, that the sales of a year need."""
    moved, wanted = defaultdict[int, list[Change]](list), Counter[int]()
    for sale in sales:
        for place, units in sale.goods if not sale.cancelled_at else ():
            wanted[place] += units
        for place, units in sale.sent:
            wanted[place] -= units
            moved[place].append(Change(sale.shipped_at or sale.at, -units, key="sent"))
        if sale.returned_at and sale.is_restocked:
            moved[sale.goods[0][0]].append(Change(sale.returned_at, 1, key="back"))
    levels = [left_over(chance) + wanted[place] for place in range(variants)]
    found = [deliver(moved[place], left, opened_at) for place, left in enumerate(levels)]
    return [[one for one in changes if not one.key] for changes in found]


def left_over(chance: Random) -> int:
    """Give how many units of a variant shall be available in the end: of most of them enough."""
    return chance.choices((0, chance.randint(1, 5), chance.randint(9, 60)), weights=(4, 8, 88))[0]


def deliver(changes: Iterable[Change], left: int, opened_at: datetime) -> list[Change]:
    """Put deliveries between changes, so that nothing falls below zero and `left` are on hand in the end.

    What comes back cannot be sold before: where that is more than `left`, so much is left.
    """
    changes = sorted(changes, key=lambda change: change.at)
    left = max(left, sum(change.delta for change in changes if change.delta > 0))
    parts = _parts(left - sum(change.delta for change in changes))
    if not parts:
        return changes
    found, level = [Change(opened_at, parts[0])], parts.pop(0)
    for change in changes:
        while level + change.delta < 0:
            found.append(Change(change.at - HOUR, parts[0]))
            level += parts.pop(0)
        found.append(change)
        level += change.delta
    # What nobody needed came with the last delivery.
    last = max((place for place, one in enumerate(found) if not one.key), default=0)
    found[last] = Change(found[last].at, found[last].delta + sum(parts))
    return sorted(found, key=lambda change: change.at)


def _parts(units: int) -> list[int]:
    number = max(1, round(units / BATCH))
    each, rest = divmod(units, number)
    return [each + (place < rest) for place in range(number)] if units else []
