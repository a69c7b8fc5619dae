"""Names on pages for what the audit log records: its events, the keys of their details, and who acted.

The log itself, its export and its pages' URLs keep the names of shop.audit.events.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.audit.reason_text import reason_text
from shop.web.actor import COMMAND_LINE

EVENT_NAMES = {
    "sign_in_asked": _l("Sign-in requested"),
    "sign_in_mailed": _l("Sign-in email sent"),
    "sign_in_withheld": _l("Sign-in email withheld"),
    "sign_in_refused": _l("Sign-in refused"),
    "wrong_code": _l("Wrong code entered"),
    "signed_in": _l("Signed in"),
    "signed_out": _l("Signed out"),
    "session_ended": _l("Session ended"),
    "break_glass": _l("Emergency sign-in link created"),
    "link_looked_at": _l("Sign-in link opened"),
    "confirmed": _l("Identity confirmed"),
    "not_me": _l("Reported with “This wasn't me”"),
    "grant_begun": _l("Client session started"),
    "grant_ended": _l("Client session ended"),
    "keys_rotated": _l("Signing keys rotated"),
    "rule_added": _l("Access added"),
    "rule_changed": _l("Access changed"),
    "rule_removed": _l("Access removed"),
    "invited": _l("Invited"),
    "invited_again": _l("Invitation resent"),
    "paused": _l("Sign-in paused"),
    "pause_lifted": _l("Sign-in resumed"),
    "blocked": _l("Blocked"),
    "unblocked": _l("Unblocked"),
    "access_ended": _l("Access ended"),
    "client_added": _l("Client added"),
    "client_changed": _l("Client edited"),
    "client_secret_renewed": _l("Client secret renewed"),
    "client_removed": _l("Client removed"),
    "product_added": _l("Product added"),
    "product_changed": _l("Product edited"),
    "product_deleted": _l("Product deleted"),
    "products_changed": _l("Products changed"),
    "picture_added": _l("Picture added"),
    "picture_removed": _l("Picture removed"),
    "stock_adjusted": _l("Stock adjusted"),
    "stock_checked": _l("Stock recalculated"),
    "order_placed": _l("Order created"),
    "order_changed": _l("Order edited"),
    "order_paid": _l("Payment recorded"),
    "order_shipped": _l("Order shipped"),
    "letter_posted": _l("Shipment email queued"),
    "order_refunded": _l("Order refunded"),
    "order_cancelled": _l("Order canceled"),
    "orders_changed": _l("Orders changed"),
    "orders_printed": _l("Orders printed"),
    "customer_added": _l("Customer added"),
    "customer_changed": _l("Customer edited"),
    "customers_changed": _l("Customers changed"),
    "customers_merged": _l("Customers merged"),
    "customer_erased": _l("Customer erased"),
    "settings_changed": _l("Settings changed"),
    "change_undone": _l("Change undone"),
    "demo_begun": _l("Demo started"),
    "demo_filled": _l("Demo created"),
    "demo_emptied": _l("Demo deleted"),
    "exported": _l("Data exported"),
    "entries_sealed": _l("Entries sealed"),
    "gap_accepted": _l("Gap accepted"),
    "end_not_verified": _l("End of the log not verified"),
    "letter_failed": _l("Email failed"),
}
DETAIL_NAMES = {
    "address": _l("Address"),
    "amount": _l("Amount"),
    "changes": _l("Changes"),
    "claimed": _l("Entries recorded at the end"),
    "client": _l("Client"),
    "currency": _l("Currency"),
    "customer": _l("Customer"),
    "customers": _l("Customers"),
    "delta": _l("Change"),
    "differences": _l("Differences"),
    "ended": _l("Sessions ended"),
    "entries": _l("Entries"),
    "fault": _l("Error"),
    "fields": _l("Fields"),
    "first": _l("First entry"),
    "grant": _l("Client session"),
    "grants": _l("Client sessions"),
    "invitations": _l("Invitations"),
    "is_public": _l("Public client"),
    "key_id": _l("Key"),
    "last": _l("Last entry"),
    "letter": _l("Email"),
    "letters": _l("Emails"),
    "merged": _l("Merged customer"),
    "method": _l("Method"),
    "name": _l("Name"),
    "next": _l("Next key"),
    "note": _l("Note"),
    "number": _l("Number"),
    "order": _l("Order"),
    "orders": _l("Orders"),
    "picture": _l("Picture"),
    "product": _l("Product"),
    "products": _l("Products"),
    "reason": _l("Reason"),
    "request": _l("Request"),
    "requests": _l("Requests"),
    "role": _l("Role"),
    "rows": _l("Rows"),
    "session": _l("Session"),
    "sessions": _l("Sessions"),
    "sha256": _l("SHA-256"),
    "shipment": _l("Shipment"),
    "signs": _l("Signing key"),
    "subject": _l("Person or domain"),
    "title": _l("Title"),
    "to": _l("To"),
    "total": _l("Total"),
    "tries": _l("Attempts left"),
    "units": _l("Units"),
    "until": _l("Until"),
    "variant": _l("Variant"),
    "via": _l("Method"),
    "what": _l("Description"),
    "who": _l("Who can sign in"),
}
ACTOR_NAMES = {
    "visitor": _l("Visitor"),
    "worker": _l("Email worker"),
    "program": _l("System"),
    "command line": _l("Command line"),  # not marked: recorded
}


def init_app(app: Flask) -> None:
    """Register the names as template filters."""
    for text in (event_name, actor_name, actor_and_time, event_details, reason_text):
        app.add_template_filter(text)


def event_name(event: str) -> str:
    """Return the name of an event on a page."""
    return str(EVENT_NAMES.get(event) or _plain(event))


def actor_name(by: str) -> str:
    """Return the name of the actor on a page: an address as it is, the others by their label."""
    return str(ACTOR_NAMES.get(by, by))


def actor_and_time(by: str, time: str) -> str:
    """Return when something was done, and by whom."""
    if by == COMMAND_LINE.name:
        return str(_("%(time)s, from the command line", time=time))
    return str(_("%(time)s by %(person)s", time=time, person=by))


def event_details(details: Mapping[str, Any]) -> str:
    """Return an entry's details as text, in the order of their keys, without empty ones."""
    shown = {key: value for key, value in sorted(details.items()) if value != ""}
    if isinstance(shown.get("reason"), str):
        shown["reason"] = reason_text(shown["reason"])
    return "; ".join(f"{_detail_name(key)}: {_text(value)}" for key, value in shown.items())


def _detail_name(key: str) -> str:
    return str(DETAIL_NAMES.get(key) or _plain(key))


def _text(value: Any) -> str:
    """Return a value without JSON syntax. A pair in a mapping is a field's old and new value."""
    if value is None or value in ("", [], {}):
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{_plain(key)} {_change(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return str(value)


def _change(value: Any) -> str:
    is_pair = isinstance(value, list) and len(value) == 2
    return f"{_text(value[0])} → {_text(value[1])}" if is_pair else _text(value)


def _plain(name: object) -> str:
    words = str(name).replace("_", " ")
    return words[:1].upper() + words[1:]
