"""The demo's year: who bought what when, and what happened next; plain values, from one seed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAYS = 365
# A small shop's sales over the months, from January, and over the week, from Monday.
MONTH_WEIGHTS = (0.6, 0.7, 0.8, 0.9, 1.0, 0.9, 0.8, 0.8, 1.0, 1.1, 1.5, 1.9)
WEEKDAY_WEIGHTS = (1.0, 0.9, 0.9, 1.0, 1.2, 1.5, 0.7)
STALL, CODED, LATER, NEVER_PAID = 0.18, 0.08, 0.2, 0.03
CANCELLED, RETURNED, SPLIT = 0.02, 0.05, 0.15
CANCEL_UNPAID_AFTER = timedelta(days=14)  # until an unpaid order is cancelled
SUNDAY = 6


@dataclass(frozen=True)
class Sale:
    """One order and its events; a moment that is None never came.

    `buyer` is an index of the customers, `goods` are (index of the variants, units). A stall's buyer pays and takes the
    goods immediately. Of a split order only the first line was sent; of a returned one, one unit of the first line came
    back.
    """

    at: datetime
    buyer: int | None
    goods: tuple[tuple[int, int], ...]
    paid_at: datetime | None
    shipped_at: datetime | None
    returned_at: datetime | None
    cancelled_at: datetime | None
    is_stall: bool
    has_code: bool
    is_split: bool
    is_restocked: bool

    @property
    def moments(self) -> list[datetime]:
        """Return the moments of its events, the order's creation first."""
        return [at for at in (self.at, self.paid_at, self.shipped_at, self.returned_at, self.cancelled_at) if at]

    @property
    def sent(self) -> tuple[tuple[int, int], ...]:
        """Return the goods that were sent."""
        return () if not self.shipped_at else self.goods[:1] if self.is_split else self.goods


@dataclass(frozen=True)
class SalesInputs:
    """The inputs of a year: the current time, the store's time zone, the number of customers, each variant's share."""

    now: datetime
    zone: ZoneInfo
    buyers: int
    appeal: Sequence[float]


def generate_sales(number: int, frame: SalesInputs, chance: Random) -> list[Sale]:
    """Return about so many invented sales, oldest first, none of them in the future."""
    today = frame.now.astimezone(frame.zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    weights = [MONTH_WEIGHTS[day.month - 1] * WEEKDAY_WEIGHTS[day.weekday()] for day in days]
    moments = [
        moment
        for day, weight in zip(days, weights, strict=True)
        for moment in _moments(day, number * weight / sum(weights), frame.zone, chance)
    ]
    return [_sale(at, frame, chance) for at in sorted(moments) if at < frame.now]


def _moments(day: date, expected: float, zone: ZoneInfo, chance: Random) -> list[datetime]:
    how_many = _poisson(expected, chance)
    return [
        datetime.combine(day, time(min(22, int(chance.triangular(7, 23, 17))), chance.randrange(60)), zone)
        for _ in range(how_many)
    ]


def _poisson(expected: float, chance: Random) -> int:
    """Return a Poisson-distributed number (Knuth's algorithm)."""
    limit, product, number = math.exp(-expected), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number


def _sale(at: datetime, frame: SalesInputs, chance: Random) -> Sale:
    kinds = chance.choices((1, 2, 3, 4), weights=(45, 32, 16, 7))[0]
    places = dict.fromkeys(chance.choices(range(len(frame.appeal)), weights=frame.appeal, k=kinds))
    goods = tuple((place, chance.choices((1, 2, 4), weights=(75, 20, 5))[0]) for place in places)
    is_stall = chance.random() < STALL
    # The square makes a few of them frequent customers.
    buyer = None if is_stall else int(frame.buyers * chance.random() ** 2)
    paid_at = _paid(at, is_stall, chance)
    is_called_off = chance.random() < CANCELLED and not is_stall and paid_at is not None
    cancelled_at = at + timedelta(hours=3) if is_called_off else None if paid_at else at + CANCEL_UNPAID_AFTER
    shipped_at = None
    if paid_at and not is_called_off:
        shipped_at = at if is_stall else _workday(paid_at, frame.zone, chance)
    returned_at = None
    if shipped_at and chance.random() < RETURNED:
        returned_at = shipped_at + timedelta(days=chance.randint(4, 16), hours=1)
    return Sale(
        at=at,
        buyer=buyer,
        goods=goods,
        paid_at=_if_past(paid_at, frame),
        shipped_at=_if_past(shipped_at, frame),
        returned_at=_if_past(returned_at, frame),
        cancelled_at=_if_past(cancelled_at, frame),
        is_stall=is_stall,
        has_code=chance.random() < CODED,
        is_split=not is_stall and len(goods) > 1 and chance.random() < SPLIT and frame.now - at < timedelta(days=12),
        is_restocked=chance.random() < 0.8,
    )


def _paid(at: datetime, is_stall: bool, chance: Random) -> datetime | None:
    if is_stall:
        return at
    if chance.random() < NEVER_PAID:
        return None
    later = timedelta(hours=chance.randint(16, 90)) if chance.random() < LATER else timedelta(minutes=1)
    return at + later


def _workday(paid_at: datetime, zone: ZoneInfo, chance: Random) -> datetime:
    """Return the afternoon on which a shipment leaves: one or two days later, never a Sunday."""
    day = paid_at.astimezone(zone).date() + timedelta(days=chance.choice((1, 1, 2)))
    if day.weekday() == SUNDAY:
        day += timedelta(days=1)
    return datetime.combine(day, time(14, chance.randrange(60)), zone)


def _if_past(at: datetime | None, frame: SalesInputs) -> datetime | None:
    return at if at and at < frame.now else None
