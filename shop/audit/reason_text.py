"""The words on pages for reasons that tables and the audit log store in others."""

from flask_babel import lazy_gettext as _l

REASON_TEXTS = {
    "the request is gone": _l("the request no longer exists"),
    "the request is over": _l("the request has ended"),
    "the mail system was down for as long as a link lives": _l("the email was delayed until its link had expired"),
    "the session is gone, or was reported already": _l("the session no longer exists, or was already reported"),
    "the invitation is over": _l("the invitation is no longer valid"),
    "the order has another e-mail address now": _l("the order's email address has changed"),
    "the client is gone": _l("the client no longer exists"),
    "the client admits them no longer": _l("no longer has access to the client"),
    "no longer let in by its client": _l("no longer has access to the client"),
    "a spent token was shown again": _l("a used token was presented again"),
    "signed in anew": _l("signed in again"),
}


def reason_text(stored: str) -> str:
    """Return a stored reason as a page shows it."""
    return str(REASON_TEXTS.get(stored, stored))
