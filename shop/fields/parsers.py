"""Parsers for forms and files: each returns plain data, or raises ValueError with a sentence for the author."""

import re
import unicodedata

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ONE_LINE = _l("Enter this on one line, without control characters.")
NO_CONTROLS = _l("Remove the control characters.")
A_BARCODE = _l("This looks like a barcode that was scanned into the wrong field.")
NOT_A_PHONE = _l("Enter a phone number. Only digits, spaces, and + - ( ) / . are allowed.")
NOT_A_PERCENT = _l("Enter a percentage from 0 to 100 with at most two decimal places, such as 19 or 8.25.")
PHONE = re.compile(r"(?=.*\d)[\d+\-()/. ]+", re.ASCII)
PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?", re.ASCII)
BARCODE = re.compile(r"\d{8}|\d{12,14}", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,15}")
WHOLE_PERCENT = 10_000  # in basis points
MOST_TAGS = 50
LONGEST_TAG = 100


def has_control_characters(text: str, but: str = "") -> bool:
    """Return whether a text has control characters, line separators or surrogates, other than those in `but`."""
    return any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in but for c in text)


def is_blank(text: str) -> bool:
    """Return whether a text has nothing visible: only spaces and characters without a shape."""
    return all(c.isspace() or unicodedata.category(c) == "Cf" for c in text)


def limit_length(text: str, most: int) -> str:
    """Return a text of at most `most` characters. Raises ValueError."""
    if len(text) > most:
        raise ValueError(
            _("Use at most %(most)s characters; this has %(length)s.", most=f"{most:,}", length=f"{len(text):,}")
        )
    return text


def parse_line(text: str, most: int) -> str:
    """Return one line, without surrounding whitespace."""
    bare = text.strip()
    if has_control_characters(bare):
        raise ValueError(str(ONE_LINE))
    return limit_length(bare, most)


def parse_lines(text: str, most: int) -> str:
    """Return a multi-line text, with line ends normalized to a line feed."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if has_control_characters(whole, but="\n\t"):
        raise ValueError(str(NO_CONTROLS))
    return limit_length(whole, most)


def parse_whole_number(text: str, least: int, most: int) -> int:
    """Return a whole number from `least` to `most`."""
    refuse_barcode(text)
    bare = "".join(text.split()).replace("\u2212", "-")
    if not WHOLE.fullmatch(bare) or not least <= int(bare) <= most:
        raise ValueError(_("Enter a whole number from %(least)s to %(most)s.", least=f"{least:,}", most=f"{most:,}"))
    return int(bare)


def refuse_barcode(text: str) -> None:
    """Raise ValueError for what a scanner types, and hardly a person: 8, 12, 13 or 14 digits that are a GTIN.

    The last digit is a checksum (GS1 General Specifications, 7.9). Eight digits that begin with 0 can be a UPC-E, whose
    last digit checks the number it abbreviates; no person writes a number like that.
    """
    bare = text.strip()
    if not BARCODE.fullmatch(bare):
        return
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(bare)))
    if bare.startswith("0") or total % 10 == 0:
        raise ValueError(str(A_BARCODE))


def parse_percent(text: str) -> int:
    """Return a percentage from 0 to 100 in basis points: 825 for 8.25."""
    parts = PERCENT.fullmatch(text.strip())
    points = int(parts[1]) * 100 + int((parts[2] or "").ljust(2, "0")) if parts else -1
    if not 0 <= points <= WHOLE_PERCENT:
        raise ValueError(str(NOT_A_PERCENT))
    return points


def parse_tags(text: str) -> list[str]:
    """Return comma-separated tags in their order, without duplicates (case-insensitively); the first spelling wins."""
    if has_control_characters(text):
        raise ValueError(str(ONE_LINE))
    unique: dict[str, str] = {}
    for part in unicodedata.normalize("NFC", text).split(","):
        tag = " ".join(part.split())
        if not is_blank(tag):
            unique.setdefault(tag.casefold(), tag)
    if any(len(tag) > LONGEST_TAG for tag in unique.values()):
        raise ValueError(_("A tag can have at most %(most)s characters.", most=LONGEST_TAG))
    if len(unique) > MOST_TAGS:
        raise ValueError(_("Use at most %(most)s tags; you entered %(number)s.", most=MOST_TAGS, number=len(unique)))
    return list(unique.values())


def parse_phone(text: str, most: int) -> str:
    """Return a phone number as people write it."""
    bare = text.strip()
    if not PHONE.fullmatch(bare):
        raise ValueError(str(NOT_A_PHONE))
    return limit_length(bare, most)
