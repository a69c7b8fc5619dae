"""Money: integer minor units of a currency, never a float; formatted and parsed in the store's locale."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from flask_babel import gettext as _

from shop.formats import MOST_KEPT
from shop.locale_numbers import get_separators, normalize_number, parse_number

MAX_AMOUNT = 10**12  # in minor units; a sum of a few thousand of these still fits a 64-bit integer
LONGEST = 60
TOUCHING = re.compile(
    r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)  # KWD1.250: CLDR wants a space there, Babel leaves it out


class InvalidAmount(ValueError):
    """A text that is not an amount of money in this currency; the message is for the person who typed it."""


def decimal_places(currency: str) -> int:
    """Return the number of decimals of a currency (ISO 4217, as CLDR has it): EUR 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)


@lru_cache(MOST_KEPT)
def format_money(amount: int, currency: str, locale: str) -> str:
    """Return an amount in minor units as a locale writes it: 12,50 € for 1250, EUR, de."""
    value = Decimal(amount).scaleb(-decimal_places(currency))
    return TOUCHING.sub("\u00a0", format_currency(value, currency, locale=locale))


def format_plain(amount: int, currency: str) -> str:
    """Return an amount in minor units as a plain number with a point, for a file: 12.50 for 1250, EUR."""
    return f"{Decimal(amount).scaleb(-decimal_places(currency)):f}"


def format_for_input(amount: int, currency: str, locale: str) -> str:
    """Return an amount in minor units for a form field, so that parse_money() returns it: 12,50 in de.

    A point does not work everywhere: 1.234 is more than a thousand where the comma is the decimal sign.
    """
    return format_plain(amount, currency).replace(".", get_separators(locale)[0])


def parse_money(text: str, currency: str, locale: str) -> int:
    """Return what was typed in minor units: in the locale's number format, or with a plain decimal point.

    The currency's own sign or code may be beside the number. Raises InvalidAmount unless the amount is from 0 to
    MAX_AMOUNT, with no more decimals than the currency.
    """
    value = parse_number(_without_sign(normalize_number(text[: LONGEST + 1], locale), currency, locale), locale)
    if value is None or len(text) > LONGEST:
        example = format_for_input(1250 * 10 ** decimal_places(currency) // 100, currency, locale)
        raise InvalidAmount(_("Enter an amount such as %(example)s.", example=example))
    minor = value.scaleb(decimal_places(currency))
    if minor != minor.to_integral_value():
        most = decimal_places(currency)
        raise InvalidAmount(
            _("%(currency)s amounts have at most %(number)s decimal places.", currency=currency, number=most)
            if most
            else _("%(currency)s amounts have no decimal places.", currency=currency)
        )
    if minor > MAX_AMOUNT:
        raise InvalidAmount(_("Enter at most %(most)s.", most=format_money(MAX_AMOUNT, currency, locale)))
    return int(minor)


def rescale_amount(amount: int, before: str, after: str) -> int:
    """Return an amount with the same figure in another currency: for 1250 EUR (12.50) 12500 KWD, or 13 JPY.

    Nothing is converted. If the other currency has fewer decimals, half a unit is rounded away from zero.
    """
    return prorate(amount, 10 ** decimal_places(after), 10 ** decimal_places(before))


def prorate(amount: int, numerator: int, denominator: int) -> int:
    """Return amount × numerator ÷ denominator in whole minor units, with half a unit rounded away from zero.

    The denominator is positive.
    """
    whole = amount * numerator
    nearest = (2 * abs(whole) + denominator) // (2 * denominator)
    return nearest if whole >= 0 else -nearest


def allocate(amount: int, weights: list[int]) -> list[int]:
    """Split an amount over weights so that the parts add up to it exactly (largest remainder)."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    left = amount - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[:left]:
        parts[i] += 1
    return parts


def _without_sign(text: str, currency: str, locale: str) -> str:
    """Remove the currency's code or sign from either end."""
    symbol = normalize_number(get_currency_symbol(currency, locale), locale)
    short = [c for c in symbol if unicodedata.category(c) == "Sc"]
    for sign in sorted({currency.casefold(), symbol, *short}, key=len, reverse=True):
        for rest in (text.removeprefix(sign), text.removesuffix(sign)):
            if rest != text:
                return rest.strip()
    return text
