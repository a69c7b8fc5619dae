"""Recent activity: each recorded event is a whole sentence, with the number it speaks of."""

import pytest

from shop.audit.events import EVENTS
from shop.dashboard import activity_text
from shop.settings import store
from shop.settings.forms import form_values

MONEY = {"amount": 1250, "currency": "EUR"}
SAID = [
    ("products_changed", {"what": "status set to draft", "number": 1}, "Changed 1 product: status set to draft"),
    ("products_changed", {"what": "tagged 100% new", "number": 1200}, "Changed 1,200 products: tagged 100% new"),
    (
        "stock_adjusted",
        {"variant": 1, "delta": -3, "total": 2, "reason": "damaged"},
        "Adjusted stock for Mug by −3 (Damaged)",
    ),
    ("stock_checked", {"differences": 1}, "Recalculated stock and corrected 1 value"),
    ("stock_checked", {"differences": 0}, "Recalculated stock and corrected 0 values"),
    ("order_shipped", {"order": 7, "units": 1}, "Shipped 1 unit from order #7"),
    ("order_shipped", {"order": 7, "units": 3}, "Shipped 3 units from order #7"),
    ("order_refunded", {"order": 7, "units": 1, **MONEY}, "Refunded €12.50 for order #7"),
    ("order_refunded", {"order": 7, "units": 1, **MONEY, "amount": 0}, "Recorded a return for order #7"),
    ("order_cancelled", {"order": 7, "reason": "Fraud"}, "Canceled order #7"),
    ("orders_changed", {"what": "tag", "number": 2}, "Added a tag to 2 orders"),
    ("orders_changed", {"what": "untag", "number": 1}, "Removed a tag from 1 order"),
    ("orders_changed", {"what": "archive", "number": 2}, "Archived 2 orders"),
    ("orders_changed", {"what": "unarchive", "number": 1}, "Unarchived 1 order"),
    ("orders_printed", {"what": "packing-slips", "number": 2}, "Printed 2 packing slips"),
    ("orders_printed", {"what": "invoices", "number": 1}, "Printed 1 invoice"),
    ("orders_printed", {"what": "pick-list", "number": 2}, "Printed a pick list for 2 orders"),
    ("customers_changed", {"what": "tagged", "number": 2}, "Added a tag to 2 customers"),
    ("customers_changed", {"what": "untagged", "number": 1}, "Removed a tag from 1 customer"),
    (
        "settings_changed",
        {"changes": {"low_stock": [5, 6], "paper": ["A4", "Letter"]}},
        "Changed settings: Low-stock alert, Paper size",
    ),
    ("settings_changed", {"changes": {"checklist": [{}, {"dismissed": True}]}}, "Hid the checklist"),
    ("change_undone", {"what": "a change of orders", "number": 2}, "Undid a change to 2 orders"),
    ("change_undone", {"what": "a change to orders", "number": 4}, "Undid a change to 4 orders"),
    ("change_undone", {"what": "a change of customers", "number": 1}, "Undid a change to 1 customer"),
    ("change_undone", {"what": "a change to customers", "number": 3}, "Undid a change to 3 customers"),
    ("change_undone", {"what": "2 products: price set to €5.", "number": 2}, "Undid “2 products: price set to €5”"),
    ("demo_filled", {"products": 1, "orders": 1, "customers": 1}, "Added the demo data"),
]


@pytest.mark.parametrize(("event", "details", "sentence"), SAID)
def test_an_event_is_a_sentence(app, event, details, sentence):
    assert set(details) == EVENTS[event]
    with app.test_request_context():
        assert activity_text.describe(event, details, store.get_store(), "Mug") == sentence


def test_each_setting_has_a_name(app):
    with app.app_context():
        assert set(activity_text.SETTING_NAMES) == set(form_values(store.get_store()))
