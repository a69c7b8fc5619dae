"""Sentences of recent activity: what each recorded event says on the home page.

The audit log stores names in English; here they become sentences in the language of the reader.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from shop import money
from shop.formats import format_number
from shop.settings.models.store import Store
from shop.stock.labels import REASON_LABELS

SENTENCES: dict[str, Any] = {
    "product_added": _l("Added the product %(title)s"),
    "product_changed": _l("Edited the product %(title)s"),
    "product_deleted": _l("Deleted the product %(title)s"),
    "picture_added": _l("Added a picture to a product"),
    "picture_removed": _l("Removed a picture from a product"),
    "stock_adjusted": _l("Adjusted stock for %(variant_title)s by %(change)s (%(reason)s)"),
    "order_placed": _l("Created order %(name)s: %(money)s"),
    "order_changed": _l("Edited order %(name)s"),
    "order_paid": _l("Recorded a payment for order %(name)s: %(money)s"),
    "order_cancelled": _l("Canceled order %(name)s"),
    "customer_added": _l("Added a customer"),
    "customer_changed": _l("Edited a customer"),
    "customers_merged": _l("Merged two customers"),
    "customer_erased": _l("Erased a customer"),
    "demo_filled": _l("Added the demo data"),
    "demo_emptied": _l("Deleted the demo data"),
}
# As older versions recorded it, and as it is recorded today.
UNDONE_ORDERS = ("a change of orders", "a change to orders")  # not marked: recorded
UNDONE_CUSTOMERS = ("a change of customers", "a change to customers")  # not marked: recorded
SETTING_NAMES: dict[str, Any] = {
    "name": _l("Store name"),
    "postal_address": _l("Postal address"),
    "currency": _l("Currency"),
    "prices_include_tax": _l("Prices include tax"),
    "tax_rate": _l("Tax rate"),
    "time_zone": _l("Time zone"),
    "locale": _l("Number format"),
    "weight_unit": _l("Weight unit"),
    "paper": _l("Paper size"),
    "order_prefix": _l("Order prefix"),
    "low_stock": _l("Low-stock alert"),
    "shortcuts": _l("Keyboard shortcuts"),
}


def describe(event: str, details: dict[str, Any], store: Store, variant_title: str = "") -> str:
    """Return the sentence of an event, which is one of EVENTS. `variant_title` is that of the variant it names."""
    facts = {**details, "name": f"{store.order_prefix}{details.get('order')}"}
    amount = details.get("total" if event == "order_placed" else "amount")
    if "currency" in details and amount is not None:
        facts["money"] = money.format_money(amount, details["currency"], store.locale)
    if event == "stock_adjusted":
        facts["variant_title"] = variant_title or _("a variant")
        facts["change"] = f"{details['delta']:+}".replace("-", "−")
        facts["reason"] = REASON_LABELS.get(details["reason"], details["reason"])
    for key in ("number", "units", "differences"):
        if key in details:
            facts["count"] = format_number(details[key], store.locale)
    return COUNTED[event](facts) if event in COUNTED else str(SENTENCES[event]) % facts


def _describe_bulk_edit(facts: dict[str, Any]) -> str:
    return ngettext(
        "Changed %(count)s product: %(what)s",
        "Changed %(count)s products: %(what)s",
        facts["number"],
        count=facts["count"],
        what=facts["what"],
    )


def _describe_orders(facts: dict[str, Any]) -> str:
    number, count = facts["number"], {"count": facts["count"]}
    match facts["what"]:
        case "tag":
            return ngettext("Added a tag to %(count)s order", "Added a tag to %(count)s orders", number, **count)
        case "untag":
            return ngettext(
                "Removed a tag from %(count)s order", "Removed a tag from %(count)s orders", number, **count
            )
        case "archive":
            return ngettext("Archived %(count)s order", "Archived %(count)s orders", number, **count)
        case "unarchive":
            return ngettext("Unarchived %(count)s order", "Unarchived %(count)s orders", number, **count)
    return ngettext("Changed %(count)s order", "Changed %(count)s orders", number, **count)


def _describe_printing(facts: dict[str, Any]) -> str:
    number, count = facts["number"], {"count": facts["count"]}
    match facts["what"]:
        case "packing-slips":
            return ngettext("Printed %(count)s packing slip", "Printed %(count)s packing slips", number, **count)
        case "invoices":
            return ngettext("Printed %(count)s invoice", "Printed %(count)s invoices", number, **count)
    return ngettext(
        "Printed a pick list for %(count)s order", "Printed a pick list for %(count)s orders", number, **count
    )


def _describe_customers(facts: dict[str, Any]) -> str:
    number, count = facts["number"], {"count": facts["count"]}
    if facts["what"] == "tagged":
        return ngettext("Added a tag to %(count)s customer", "Added a tag to %(count)s customers", number, **count)
    return ngettext("Removed a tag from %(count)s customer", "Removed a tag from %(count)s customers", number, **count)


def _describe_check(facts: dict[str, Any]) -> str:
    return ngettext(
        "Recalculated stock and corrected %(count)s value",
        "Recalculated stock and corrected %(count)s values",
        facts["differences"],
        count=facts["count"],
    )


def _describe_shipment(facts: dict[str, Any]) -> str:
    return ngettext(
        "Shipped %(count)s unit from order %(name)s",
        "Shipped %(count)s units from order %(name)s",
        facts["units"],
        count=facts["count"],
        name=facts["name"],
    )


def _describe_refund(facts: dict[str, Any]) -> str:
    if not facts["amount"]:
        return _("Recorded a return for order %(name)s", name=facts["name"])
    return _("Refunded %(money)s for order %(name)s", money=facts["money"], name=facts["name"])


def _describe_settings(facts: dict[str, Any]) -> str:
    names = [str(SETTING_NAMES.get(one, one)) for one in sorted(facts["changes"]) if one != "checklist"]
    return _("Changed settings: %(fields)s", fields=", ".join(names)) if names else _("Hid the checklist")


def _describe_undo(facts: dict[str, Any]) -> str:
    """Quote the undone change; those of orders and customers are stored without what they were."""
    number, count = facts["number"], {"count": facts["count"]}
    if facts["what"] in UNDONE_ORDERS:
        return ngettext("Undid a change to %(count)s order", "Undid a change to %(count)s orders", number, **count)
    if facts["what"] in UNDONE_CUSTOMERS:
        return ngettext(
            "Undid a change to %(count)s customer", "Undid a change to %(count)s customers", number, **count
        )
    return _("Undid “%(what)s”", what=facts["what"].rstrip("."))


COUNTED: dict[str, Callable[[dict[str, Any]], str]] = {
    "products_changed": _describe_bulk_edit,
    "stock_checked": _describe_check,
    "order_shipped": _describe_shipment,
    "order_refunded": _describe_refund,
    "orders_changed": _describe_orders,
    "orders_printed": _describe_printing,
    "customers_changed": _describe_customers,
    "settings_changed": _describe_settings,
    "change_undone": _describe_undo,
}
EVENTS = (*SENTENCES, *COUNTED)
