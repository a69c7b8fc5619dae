"""The geometry of a bar chart, in units of its own viewBox, which the page scales."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 240
BAR_SHARE = 0.72  # of its slot, the width of a bar
MAX_BAR_WIDTH = 60
MIN_BAR_HEIGHT = 2  # minimum height of a nonzero bar in units: next to a spike it must not look like zero
INTERVALS = 4  # at most, between the lines of the scale
ALL_LABELED_UP_TO = 12  # up to so many bars each has a label


@dataclass(frozen=True)
class Bar:
    """One bar: its slot from `slot`, `slot_width` wide, with the bar inside. `height` is 0 for zero."""

    slot: float
    slot_width: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars, the grid lines from top to bottom as (y, value), the position of zero, and the bars that have a label."""

    bars: list[Bar]
    lines: list[tuple[float, int]]
    zero: float
    labelled: set[int]


def draw(values: Sequence[int]) -> Chart:
    """Lay out bars for integers, which may be negative; at least one."""
    scale = scale_values(min(0, *values), max(0, *values))
    bottom, top = scale[0], scale[-1]

    def height_of(value: int) -> float:
        return round(HEIGHT * (top - value) / (top - bottom), 2)

    zero = height_of(0)
    slot = WIDTH / len(values)
    return Chart(
        bars=[
            _bar(place * slot, slot, zero, height_of(value), is_nothing=not value) for place, value in enumerate(values)
        ],
        lines=[(height_of(value), value) for value in reversed(scale)],
        zero=zero,
        labelled=choose_labels(len(values)),
    )


def scale_values(low: int, high: int) -> list[int]:
    """Return round numbers that span low to high, in even steps of 1, 2 or 5 times a power of ten."""
    span = max(1, high - low)
    step = power = 1
    while step * INTERVALS < span:
        if step == power * 5:
            power *= 10
            step = power
        else:
            step = power * 2 if step == power else power * 5
    first, last = low // step, -(-high // step)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def choose_labels(number: int) -> set[int]:
    """Return the indexes of the bars that have a label: all of a few, otherwise four that leave space for the last."""
    return set(range(number)) if number <= ALL_LABELED_UP_TO else {number * quarter // 4 for quarter in range(4)}


def _bar(slot: float, slot_width: float, zero: float, top: float, *, is_nothing: bool) -> Bar:
    width = min(slot_width * BAR_SHARE, MAX_BAR_WIDTH)
    height = 0.0 if is_nothing else max(MIN_BAR_HEIGHT, abs(zero - top))
    y = zero - height if top <= zero else zero
    x = slot + (slot_width - width) / 2
    return Bar(*(round(one, 2) for one in (slot, slot_width, x, y, width, height)))
