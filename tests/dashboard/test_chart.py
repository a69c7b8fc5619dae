"""The chart: every bar inside the drawing, the scale in round steps, and small amounts still visible."""

import pytest

from shop.dashboard import chart

SHAPES = {
    "one": [1250],
    "one of nothing": [0],
    "a hundred": list(range(100)),
    "mostly nothing": [0] * 60 + [3] + [0] * 31,
    "a spike": [1] * 50 + [10**9] + [1] * 41,
    "below zero": [500, -200, 0, 700],
    "only below zero": [-5, -1],
    "huge": [10**15, 1],
}


@pytest.mark.parametrize("values", SHAPES.values(), ids=SHAPES)
def test_every_bar_is_inside_and_in_its_place(values):
    drawn = chart.draw(values)

    assert len(drawn.bars) == len(values)
    for bar, value in zip(drawn.bars, values, strict=True):
        assert bar.slot - 0.01 <= bar.x <= bar.x + bar.width <= bar.slot + bar.slot_width + 0.01
        assert -chart.MIN_BAR_HEIGHT - 0.01 <= bar.y <= bar.y + bar.height <= chart.HEIGHT + chart.MIN_BAR_HEIGHT + 0.01
        assert (bar.height >= chart.MIN_BAR_HEIGHT) if value else bar.height == 0
    assert 2 <= len(drawn.lines) <= chart.INTERVALS + 2
    assert drawn.lines[0][1] >= max(values)
    assert drawn.lines[-1][1] <= min(values)
    assert 0 in [value for _, value in drawn.lines]


def test_a_bar_is_as_high_as_its_share_of_the_scale():
    drawn = chart.draw([100, 50, -50])

    assert [value for _, value in drawn.lines] == [100, 50, 0, -50]
    assert [bar.height for bar in drawn.bars] == [160, 80, 80]
    assert [bar.y for bar in drawn.bars] == [0, 80, 160]


@pytest.mark.parametrize(
    ("low", "high", "scale"),
    [(0, 0, [0, 1]), (0, 3, [0, 1, 2, 3]), (0, 79_000, [0, 20_000, 40_000, 60_000, 80_000]), (-1, 9, [-5, 0, 5, 10])],
)
def test_a_scale_goes_in_round_steps(low, high, scale):
    assert chart.scale_values(low, high) == scale


def test_few_bars_all_have_a_label_and_many_have_four():
    assert chart.choose_labels(12) == set(range(12))
    assert chart.choose_labels(92) == {0, 23, 46, 69}
