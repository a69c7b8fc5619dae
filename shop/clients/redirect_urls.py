"""Redirect URLs of a client: exact, validated once, when an owner enters them."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

LONGEST = 500
MOST = 20  # URLs of one kind
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# The characters of a URL in RFC 3986. The backslash, which browsers treat as a slash, is not among them.
URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*|[0-9a-f:]+")
APP_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+")

TOO_LONG = _l("Use at most %(number)s characters for a URL.", number=LONGEST)
FOREIGN_CHARACTER = _l("Use plain ASCII letters, digits, and punctuation, without spaces.")
WILDCARD = _l("Enter each URL in full. Wildcards (*) aren't supported.")
FRAGMENT = _l("Remove the # and everything after it. Browsers never send it.")
USER_INFO = _l("Remove the username before the @.")
NO_HOST = _l("Enter the full URL including the host, such as https://shop.example/callback.")
ONLY_LOOPBACK = _l("Use https. http is allowed only for this machine: 127.0.0.1, [::1], or localhost.")
NOT_THIS_SCHEME = _l("Use https. Apps can use their own scheme with dots in it, such as com.example.app:/callback.")
ONLY_PUBLIC = _l("Only public clients can use their own scheme, since any app on the device can claim it.")
APP_HOST = _l("Write the app's URL with a single slash, such as com.example.app:/callback.")


class BadRedirectUrl(ValueError):
    """A URL is refused; the text is a sentence for the person who typed it."""


def parse_url(text: str, *, is_public: bool) -> str:
    """Return an exact URL that a browser may be sent back to, as it was written. Raises BadRedirectUrl.

    Allowed are https, http for this machine only (RFC 8252, 7.3), and for a public client a reversed domain as its own
    scheme (7.1). `javascript:` and the like have no dot in their scheme.
    """
    if len(text) > LONGEST:
        raise BadRedirectUrl(str(TOO_LONG))
    if not URL_CHARACTERS.fullmatch(text):
        raise BadRedirectUrl(str(FOREIGN_CHARACTER))
    if "*" in text:
        raise BadRedirectUrl(str(WILDCARD))
    if "#" in text:
        raise BadRedirectUrl(str(FRAGMENT))
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise BadRedirectUrl(str(NO_HOST)) from None
    if "@" in parts.netloc:
        raise BadRedirectUrl(str(USER_INFO))
    if refusal := _refusal_of_app(parts, is_public) if "." in parts.scheme else _refusal_of_web(parts, host):
        raise BadRedirectUrl(str(refusal))
    return text


def parse_urls(texts: Iterable[str], *, is_public: bool) -> list[str]:
    """Return the URLs without duplicates. Raises BadRedirectUrl with a sentence that names the URL."""
    found: dict[str, None] = {}
    for text in texts:
        try:
            found[parse_url(text, is_public=is_public)] = None
        except BadRedirectUrl as refusal:
            shown = "".join(c if c.isprintable() else "\ufffd" for c in text[:80])
            raise BadRedirectUrl(f"{shown}: {refusal}") from None
    if len(found) > MOST:
        raise BadRedirectUrl(_("Use at most %(most)s URLs. You entered %(number)s.", most=MOST, number=len(found)))
    return list(found)


def _refusal_of_web(parts: SplitResult, host: str) -> Any:
    if parts.scheme not in ("https", "http"):
        return NOT_THIS_SCHEME
    if not HOST.fullmatch(host):
        return NO_HOST
    return ONLY_LOOPBACK if parts.scheme == "http" and host not in LOOPBACK else None


def _refusal_of_app(parts: SplitResult, is_public: bool) -> Any:
    if not APP_SCHEME.fullmatch(parts.scheme):
        return NOT_THIS_SCHEME
    if parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return APP_HOST
    return None if is_public else ONLY_PUBLIC
