"""Names on the outbox page for kinds of emails and their outcomes."""

from dataclasses import dataclass

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class OutcomeText:
    """The label of an outcome's tab, and its text without emails."""

    tab: LazyString
    nothing: LazyString


OUTCOMES = {
    "waiting": OutcomeText(_l("Waiting"), _l("No emails waiting.")),
    "failed": OutcomeText(_l("Failed"), _l("No failed emails.")),
    "withheld": OutcomeText(_l("Withheld"), _l("No withheld emails.")),
    "delivered": OutcomeText(_l("Delivered"), _l("No emails delivered yet.")),
    "withdrawn": OutcomeText(_l("Withdrawn"), _l("No withdrawn emails.")),
}
KINDS = {
    "sign_in_link": _l("Sign-in link"),
    "confirmation_code": _l("Confirmation code"),
    "new_browser": _l("New browser"),
    "break_glass": _l("Emergency sign-in"),
    "invitation": _l("Invitation"),
    "order_shipped": _l("Order shipped"),
}


def init_app(app: Flask) -> None:
    """Register the names of the kinds as a template filter."""
    app.add_template_filter(email_kind)


def email_kind(kind: str) -> str:
    """Return the name of a kind of email on a page."""
    return str(KINDS.get(kind) or kind.replace("_", " ").capitalize())
