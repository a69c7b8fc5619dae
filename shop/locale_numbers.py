"""Numbers as people type them: read as a locale writes them, or plainly with a point."""

import re
import unicodedata
from decimal import Decimal

from babel import Locale

GROUP = "'"  # what a space between digits and each kind of apostrophe is read as
SIGNS = str.maketrans({"\u2019": GROUP, "\u066c": GROUP, "\uff0c": ",", "\uff0e": ".", "\uffe5": "\u00a5"})
ARABIC_DECIMAL = "\u066b"


def get_separators(locale: str) -> tuple[str, str]:
    """Return a locale's decimal separator, and the one between its groups of digits."""
    symbols = Locale.parse(locale).number_symbols.get("latn", {})
    return symbols.get("decimal", "."), symbols.get("group", ",").translate(SIGNS)


def normalize_number(text: str, locale: str) -> str:
    """Return a text in ASCII digits and small letters, without invisible marks."""
    visible = (c for c in text.translate(SIGNS) if unicodedata.category(c) != "Cf")
    ascii_digits = "".join(str(unicodedata.decimal(c, c)) for c in visible)
    return ascii_digits.replace(ARABIC_DECIMAL, get_separators(locale)[0]).strip().casefold()


def parse_number(text: str, locale: str) -> Decimal | None:
    """Return a normalized text as a number from 0, or None. Digits are in groups of three, or as in India."""
    decimal, group = get_separators(locale)
    number = re.sub(r"(?<=\d)\s(?=\d)", GROUP, text)
    for sign in {group, GROUP}:
        grouped = rf"[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{2,3}})*{re.escape(sign)}\d{{3}}(?:{re.escape(decimal)}\d+)?"
        if sign.strip() and re.fullmatch(grouped, number, re.ASCII):
            return Decimal(number.replace(sign, "").replace(decimal, "."))
    for sign in (decimal, "."):
        if re.fullmatch(rf"\d+|\d*{re.escape(sign)}\d+", number, re.ASCII):
            return Decimal(number.replace(sign, "."))
    return None
