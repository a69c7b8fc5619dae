"""The words on pages for reasons that tables and the audit log store in others."""

import re

from flask_babel import lazy_gettext as _l

REASON_TEXTS = {
    "the request is gone": _l("the request no longer exists"),
    "the request is over": _l("the request has ended"),
    "the request is used": _l("the request has already been used"),
    "the request is replaced": _l("the request was replaced by a newer one"),
    "the request is withdrawn": _l("the request was withdrawn"),
    "the request is expired": _l("the request has expired"),
    "the mail system was down for as long as a link lives": _l("the email was delayed until its link had expired"),
    "the session is gone, or was reported already": _l("the session no longer exists, or was already reported"),
    "the invitation is over": _l("the invitation is no longer valid"),
    "the order has another e-mail address now": _l("the order's email address has changed"),
    "the client is gone": _l("the client no longer exists"),
    "the client admits them no longer": _l("no longer has access to the client"),
    "no longer let in by its client": _l("no longer has access to the client"),
    "a spent token was shown again": _l("a used token was presented again"),
    "signed in anew": _l("signed in again"),
    "ended by command": _l("ended from the command line"),
    "blocked by command line": _l("blocked from the command line"),
}
# Those that name something.
REASON_PATTERNS = {  # not marked: stored
    re.compile(r"(?P<client>.+) is for owner only"): _l("only owners can sign in to %(client)s"),
    re.compile(r"(?P<client>.+) is for staff only"): _l("only staff and owners can sign in to %(client)s"),
    re.compile(r"the rule for (?P<subject>\S+) until (?P<day>\S+), added by command line"): _l(
        "the rule for %(subject)s until %(day)s, added from the command line"
    ),
    re.compile(r"the rule for (?P<subject>\S+), added by command line"): _l(
        "the rule for %(subject)s, added from the command line"
    ),
}


def reason_text(stored: str) -> str:
    """Return a stored reason as a page shows it."""
    for pattern, text in REASON_PATTERNS.items():
        if found := pattern.fullmatch(stored):
            return str(text) % found.groupdict()
    return str(REASON_TEXTS.get(stored, stored))
