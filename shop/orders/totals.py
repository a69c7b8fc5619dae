"""Totals of an order, in whole minor units, by one stated rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shop import money

WHOLE = 10_000  # basis points
MOST = 10**15  # minor units; sums over a few thousand orders still fit a 64-bit integer


class TotalTooLarge(Exception):
    """A total is more than can be stored; pages show TOO_LARGE of responses."""


class PricedLine(Protocol):
    """A line that can be summed up: of an order, or of a draft."""

    price: int
    quantity: int
    taxable: bool
    discount: int
    tax: int


@dataclass(frozen=True)
class Totals:
    """The totals of an order. `subtotal` is before the discount, which is at most the subtotal.

    `tax` is all of it; `shipping_tax` the part of it on shipping.
    """

    subtotal: int
    discount: int
    shipping_tax: int
    tax: int
    total: int


def compute(
    lines: Sequence[PricedLine], *, shipping: int, discount: int, prices_include_tax: bool, tax_rate: int
) -> Totals:
    """Sum up lines, and write each one's share of the discount and its tax into it.

    The discount, at most the subtotal, is spread over the lines by their value, to the last cent. Tax is computed
    line by line on what is left, half a cent up; shipping is taxed alike where any line is. With `prices_include_tax`
    the tax is inside the prices, rate ÷ (1 + rate) of them, and adds nothing; else it is added to the total.
    Raises TotalTooLarge.
    """
    subtotal = sum(line.price * line.quantity for line in lines)
    if subtotal + shipping > MOST:
        raise TotalTooLarge(subtotal + shipping)
    discount = min(discount, subtotal)
    parts = money.allocate(discount, [line.price * line.quantity for line in lines])
    for line, part in zip(lines, parts, strict=True):
        left = line.price * line.quantity - part
        line.discount = part
        line.tax = tax_on(left, tax_rate, is_inside=prices_include_tax) if line.taxable else 0
    is_taxed = any(line.taxable and line.quantity for line in lines)
    shipping_tax = tax_on(shipping, tax_rate, is_inside=prices_include_tax) if is_taxed else 0
    tax = sum(line.tax for line in lines) + shipping_tax
    total = subtotal - discount + shipping + (0 if prices_include_tax else tax)
    return Totals(subtotal, discount, shipping_tax, tax, total)


def tax_on(amount: int, rate: int, *, is_inside: bool) -> int:
    """Return the tax inside an amount, or that is to be added to it; the rate in basis points."""
    return money.prorate(amount, rate, WHOLE + rate if is_inside else WHOLE)


def line_worth(line: PricedLine, *, prices_include_tax: bool) -> int:
    """Return what the customer owes for a whole line, after discount and with tax."""
    return line.price * line.quantity - line.discount + (0 if prices_include_tax else line.tax)
