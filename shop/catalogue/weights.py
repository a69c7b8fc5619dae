"""Weights: typed and shown in the store's unit, kept in whole grams."""

from decimal import ROUND_HALF_UP, Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.locale_numbers import get_separators, normalize_number, parse_number
from shop.settings.models.store import GRAMS_PER_UNIT

MOST = 10**9  # grams
DECIMALS = 5
LONGEST = 20
NOT_A_WEIGHT = _l("Enter a weight such as 1.5.")


def parse_weight(text: str, unit: str, locale: str) -> int:
    """Read a weight in a unit as whole grams. Raises ValueError with a sentence."""
    grams = (_number(text, locale) * grams_per_unit(unit)).quantize(Decimal(1), ROUND_HALF_UP)
    if not 0 <= grams <= MOST:
        most = format_weight(MOST, unit, locale)
        raise ValueError(_("Enter a weight from 0 to %(most)s %(unit)s.", most=most, unit=unit))
    return int(grams)


def format_weight(grams: int, unit: str, locale: str) -> str:
    """Return grams in a unit, with as few decimals as give the same grams when parsed: 680 g is 1.5 lb."""
    exact = grams / grams_per_unit(unit)
    shown = [round(exact, decimals) for decimals in range(DECIMALS + 1)]
    same = (one for one in shown if (one * grams_per_unit(unit)).quantize(Decimal(1), ROUND_HALF_UP) == grams)
    # With the locale's own sign, as money is: a point separates thousands in some.
    return f"{next(same, shown[-1]):f}".replace(".", get_separators(locale)[0])


def grams_per_unit(unit: str) -> Decimal:
    """Return how many grams one of a unit is, exactly."""
    return Decimal(str(GRAMS_PER_UNIT[unit]))


def _number(typed: str, locale: str) -> Decimal:
    number = None if len(typed) > LONGEST else parse_number(normalize_number(typed, locale), locale)
    if number is None:
        raise ValueError(str(NOT_A_WEIGHT))
    return number
