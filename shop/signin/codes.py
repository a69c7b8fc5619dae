"""The code of a request: six characters of Crockford base 32, parsed leniently."""

import re
import unicodedata

from flask_babel import lazy_gettext as _l

from shop import tokens

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # https://www.crockford.com/base32.html: no I, L, O, U
LENGTH = 6
HALF = LENGTH // 2
LOOKALIKES = str.maketrans("OIL", "011")
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad", "-"))
LONGEST = 500
NOT_A_CODE = _l("That isn't a valid code. Codes look like ABC-123. This didn't count as an attempt.")

_LETTER = "[0-9A-TV-Z]"
_GAP = r"[\s\W_]{0,3}"
WHOLE = re.compile(rf"\W*{_GAP.join([_LETTER] * LENGTH)}\W*")
# In a sentence the dash marks a code. Without one only a word with a digit counts, or every second word would be a
# code.
DASHED = re.compile(rf"(?<![0-9A-Z]){_LETTER}{{{HALF}}}-{_LETTER}{{{HALF}}}(?![0-9A-Z])")
LOOSE = re.compile(
    rf"(?<![0-9A-Z])(?=(?:[A-Z] ?){{0,{LENGTH - 1}}}[0-9]){_LETTER}{{{HALF}}} ?{_LETTER}{{{HALF}}}(?![0-9A-Z])"
)
URL = re.compile(r"HTTPS?://\S+")  # the email's own link may contain six characters that look like a code


def derive_codes(request_id: str) -> list[str]:
    """Return the code of a request under the current key, then under each older key that is still accepted."""
    return [_derive_code(key, request_id) for key in reversed(tokens.application_keys())]


def format_code(code: str) -> str:
    """Return a code as people read it: `ABC-123`."""
    return f"{code[:HALF]}-{code[HALF:]}"


def parse_code(typed: str) -> str | None:
    """Return the one code in what a person typed or pasted; None if it cannot be a code.

    Accepts lower case, spaces, dashes, full-width characters, and O, I, L for 0, 1, 1. Accepts a whole sentence that
    contains the code as the email writes it.
    """
    text = URL.sub(" ", unicodedata.normalize("NFKC", typed[:LONGEST]).translate(DASHES).upper())
    found = [text] if WHOLE.fullmatch(text) else DASHED.findall(text) or LOOSE.findall(text)
    # A shop's name may have a dash in the middle, too; the code almost always has a digit.
    found = [one for one in found if re.search(r"[0-9]", one)] or found
    codes = {re.sub(r"[\W_]", "", one).translate(LOOKALIKES) for one in found}
    return codes.pop() if len(codes) == 1 else None


def matches(typed: str, request_id: str) -> bool:
    """Return whether a parsed code is the request's, compared in constant time."""
    same = [tokens.is_same(typed, code) for code in derive_codes(request_id)]  # all of them, whichever matches
    return any(same)


def _derive_code(key: str, request_id: str) -> str:
    number = int.from_bytes(tokens.derive(key, "sign-in code", request_id)[:8], "big")
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(LENGTH))
