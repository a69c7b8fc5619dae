"""An order's totals: the discount to the last cent, tax included or added, shipping taxed alike."""

import pytest

from shop.orders import totals
from shop.orders.drafts import DraftLine


def line(price, quantity=1, *, taxable=True):
    return DraftLine(None, "Mug", "", "", price, quantity, taxable, True, None)


def total_of(*lines, shipping=0, discount=0, included=True, rate=1900):
    return totals.compute(lines, shipping=shipping, discount=discount, prices_include_tax=included, tax_rate=rate)


def test_tax_inside_the_prices_adds_nothing():
    one = line(11900)
    summed = total_of(one, shipping=595)

    assert (summed.subtotal, summed.tax, summed.shipping_tax, summed.total) == (11900, 1900 + 95, 95, 12495)
    assert totals.line_worth(one, prices_include_tax=True) == 11900


def test_tax_on_top_is_added_with_that_of_the_shipping():
    one = line(10000)
    summed = total_of(one, shipping=500, included=False)

    assert (summed.subtotal, summed.tax, summed.total) == (10000, 1900 + 95, 12495)
    assert totals.line_worth(one, prices_include_tax=False) == 11900


def test_tax_is_reckoned_by_line_half_a_cent_up():
    lines = [line(50), line(50)]  # 3.5 cents each at 7%
    assert total_of(*lines, included=False, rate=700).tax == 8


def test_what_is_not_taxable_bears_no_tax_and_alone_makes_none_for_the_shipping():
    free, taxed = line(1000, taxable=False), line(1000)

    assert total_of(free, shipping=500, included=False).tax == 0
    assert total_of(free, taxed, shipping=500, included=False).tax == 190 + 95
    assert free.tax == 0


def test_a_discount_is_spread_by_value_to_the_last_cent_and_taxed_less():
    lines = [line(100), line(100), line(100)]
    summed = total_of(*lines, discount=100, included=False, rate=1000)

    assert [one.discount for one in lines] == [34, 33, 33]
    assert (summed.discount, summed.tax, summed.total) == (100, 7 * 3, 221)


def test_a_discount_is_at_most_the_subtotal_and_leaves_the_shipping():
    one = line(1000)
    summed = total_of(one, shipping=300, discount=5000)
    assert (summed.discount, summed.total, one.tax) == (1000, 300, 0)


def test_lines_that_cost_nothing_bear_no_discount():
    gift, mug = line(0), line(900)
    total_of(gift, mug, discount=100)
    assert (gift.discount, mug.discount) == (0, 100)


def test_an_order_that_is_too_large_is_refused():
    with pytest.raises(totals.TotalTooLarge):
        total_of(line(10**12, 10_000))
