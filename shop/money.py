"""Money: whole minor units of a currency, never a float; written and read as the store's locale does."""

import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel import Locale
from babel.numbers import NumberFormatError, format_currency, get_currency_precision, parse_decimal

MOST = 10**12  # minor units; a sum of a few thousand of these still fits a 64-bit integer


class NotMoney(ValueError):
    """Text that is no amount of money in this currency; the message says so to who typed it."""


def digits(currency: str) -> int:
    """Give how many decimals a currency has (ISO 4217, as CLDR holds it): EUR 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)


def write(amount: int, currency: str, locale: str) -> str:
    """Write minor units of a currency for people of a locale: 1250, EUR, de gives 12,50 €."""
    value = Decimal(amount).scaleb(-digits(currency))
    return format_currency(value, currency, locale=locale)


def plain(amount: int, currency: str) -> str:
    """Write minor units as a plain number with a point, for a form field and for a file: 1250, EUR gives 12.50."""
    return f"{Decimal(amount).scaleb(-digits(currency)):f}"


def read(text: str, currency: str, locale: str) -> int:
    """Read what was typed as minor units: as the locale writes numbers, or plainly with a point.

    Raises NotMoney for anything that is no amount from 0 to MOST, or has more decimals than the currency.
    """
    typed = "".join(unicodedata.normalize("NFKC", text).split()).replace("\u2019", "'")
    value = _decimal(typed, locale)
    minor = value.scaleb(digits(currency))
    if minor != minor.to_integral_value():
        raise NotMoney(f"{currency} has {digits(currency) or 'no'} decimals.")
    if not 0 <= minor <= MOST:
        raise NotMoney("That amount is out of range.")
    return int(minor)


def share(amount: int, numerator: int, denominator: int) -> int:
    """Give amount × numerator ÷ denominator in whole minor units, half a unit away from zero."""
    return int((Decimal(amount) * numerator / denominator).quantize(Decimal(1), ROUND_HALF_UP))


def spread(amount: int, weights: list[int]) -> list[int]:
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


def _decimal(typed: str, locale: str) -> Decimal:
    separator = Locale.parse(locale).number_symbols.get("latn", {}).get("decimal", ".")
    if typed.isascii() and typed.replace(".", "", 1).isdigit() and not _is_grouped(typed, separator):
        return Decimal(typed)
    try:
        return parse_decimal(typed, locale=locale, strict=True)
    except (NumberFormatError, InvalidOperation, ValueError):
        raise NotMoney("Enter an amount such as 12.50.") from None


def _is_grouped(typed: str, separator: str) -> bool:
    """Say whether a point here parts thousands: 1.234 where the comma is the decimal sign."""
    return separator != "." and len(typed.partition(".")[2]) == 3
